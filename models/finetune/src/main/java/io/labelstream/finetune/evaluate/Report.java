package io.labelstream.finetune.evaluate;

import java.util.List;

final class Report {
    Report(Evaluation e, Summary s, List<Explained> x) {}

    String html() {
        return "";
    }
}
