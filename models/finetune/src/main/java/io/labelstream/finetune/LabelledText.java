package io.labelstream.finetune;

/**
 * A row of labelled data.
 *
 * @param line where it begins in its file, counted from 1
 */
record LabelledText(String text, String label, long line) {

    /** Says nothing of the text: it belongs to the user. */
    @Override
    public String toString() {
        return "LabelledText[line=" + line + "]";
    }
}
