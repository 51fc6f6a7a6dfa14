package io.labelstream.finetune;

import java.util.List;

/**
 * A row of labelled data.
 *
 * @param pair the second text; empty for none
 * @param labels those that are true of it, at least one, no two alike
 * @param line where it begins in its file, counted from 1
 */
public record LabelledText(String text, String pair, List<String> labels, long line) {

    public LabelledText {
        labels = List.copyOf(labels);
    }

    /** Says nothing of the text: it belongs to the user. */
    @Override
    public String toString() {
        return "LabelledText[line=" + line + "]";
    }
}
