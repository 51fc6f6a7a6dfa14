package io.labelstream.cli;

/**
 * How many columns of a terminal a text takes: Chinese, Japanese and Korean characters and most
 * emoji take two. Ranges after Markus Kuhn's {@code wcwidth}, with emoji; a terminal may see a rare
 * character otherwise, and then a line is a column off.
 */
final class Columns {

    private Columns() {}

    /** Columns of a text. */
    static int of(String text) {
        return text.codePoints().map(Columns::of).sum();
    }

    /**
     * Where to cut a text that is to take so many columns at most.
     *
     * @return index behind the last character that fits; never inside one
     */
    static int end(String text, int columns) {
        int taken = 0;
        int end = 0;
        while (end < text.length()) {
            int c = text.codePointAt(end);
            taken += of(c);
            if (taken > columns) {
                return end;
            }
            end += Character.charCount(c);
        }
        return end;
    }

    private static int of(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT) {
            return 0;
        }
        return isWide(c) ? 2 : 1;
    }

    private static boolean isWide(int c) {
        return (c >= 0x1100 && c <= 0x115F)
                || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F)
                || (c >= 0xAC00 && c <= 0xD7A3)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0xFE30 && c <= 0xFE6F)
                || (c >= 0xFF00 && c <= 0xFF60)
                || (c >= 0xFFE0 && c <= 0xFFE6)
                || (c >= 0x1F300 && c <= 0x1F64F)
                || (c >= 0x1F680 && c <= 0x1F6FF)
                || (c >= 0x1F900 && c <= 0x1F9FF)
                || (c >= 0x20000 && c <= 0x3FFFD);
    }
}
