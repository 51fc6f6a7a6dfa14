package io.labelstream.serde;

/** What becomes of texts that hold nothing but white space and control characters. */
public enum EmptyTexts {
    /** They are classified as any other text. */
    CLASSIFY,
    /** They go to the dead letters. */
    DEAD_LETTER;

    /** Whether a text is such a one. */
    public static boolean isEmpty(String text) {
        return text.codePoints()
                .allMatch(
                        c ->
                                Character.isWhitespace(c)
                                        || Character.isSpaceChar(c)
                                        || Character.isISOControl(c));
    }
}
