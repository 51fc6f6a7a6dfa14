package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsBaselineTest {

    private static final List<String> LABELS = List.of("fruit, sweet", "sport=ball");

    @Test
    void learnsOneLabelARow() {
        LabelledData train = data("apple pear", 0, "pear plum", 0, "goal kick", 1, "kick save", 1);

        try (Baseline.Trained trained = new WordsBaseline(LABELS, false).train(train)) {
            assertThat(trained.find(data("plum apple", 1, "save goal", 0).rows()))
                    .containsExactly(List.of(LABELS.get(0)), List.of(LABELS.get(1)));
            assertThat(trained.find(data("unheard", 0).rows()).get(0)).hasSize(1);
        }
    }

    @Test
    void learnsSeveralLabelsARowAndNone() {
        List<LabelledText> rows =
                List.of(
                        new LabelledText("apple pear", "", List.of(LABELS.get(0)), 2),
                        new LabelledText("pear plum", "", List.of(LABELS.get(0)), 3),
                        new LabelledText("goal kick", "", List.of(LABELS.get(1)), 4),
                        new LabelledText("kick save", "", List.of(LABELS.get(1)), 5),
                        new LabelledText("apple goal plum kick pear save", "", LABELS, 6));
        LabelledData train = new LabelledData(Path.of("rows.csv"), false, rows);

        try (Baseline.Trained trained = new WordsBaseline(LABELS, true).train(train)) {
            List<List<String>> found = trained.find(rows);
            assertThat(found.get(0)).containsExactly(LABELS.get(0));
            assertThat(found.get(2)).containsExactly(LABELS.get(1));
            assertThat(found.get(4)).containsExactlyInAnyOrderElementsOf(LABELS);
        }
    }

    @Test
    void theSameDataGivesTheSameFigures() {
        LabelledData train = data("apple pear", 0, "pear plum", 0, "goal kick", 1, "kick save", 1);
        WordsBaseline baseline = new WordsBaseline(LABELS, false);

        BaselineFigures first = BaselineFigures.of(baseline, train, train, LABELS);
        BaselineFigures second = BaselineFigures.of(baseline, train, train, LABELS);

        assertThat(first.accuracy()).isOne().isEqualTo(second.accuracy());
        assertThat(first.name()).isEqualTo("words");
    }

    private static LabelledData data(Object... textsAndLabels) {
        List<LabelledText> rows = new ArrayList<>();
        for (int i = 0; i < textsAndLabels.length; i += 2) {
            String label = LABELS.get((Integer) textsAndLabels[i + 1]);
            rows.add(new LabelledText((String) textsAndLabels[i], "", List.of(label), i + 2L));
        }
        return new LabelledData(Path.of("rows.csv"), false, rows);
    }
}
