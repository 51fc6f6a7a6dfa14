package io.labelstream.cli;

import io.labelstream.serde.AttendedWord;
import io.labelstream.streaming.preflight.Finding;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How results look to people. Text from outside never reaches a terminal as it came: control
 * characters in it could move the cursor or pose as output of ours.
 *
 * @param colours whether to use the terminal's colours; else the most attended words stand between
 *     asterisks
 */
record Style(boolean colours) {

    /** Stands between the texts of a pair. */
    static final String BETWEEN_PAIR = "  |  ";

    /** Most words to mark in a text. */
    private static final int MAX_MARKED = 3;

    /** A word is marked if it got at least this many times its even share. */
    private static final double MARKED_SHARES = 1.5;

    private static final String RESET = "\033[0m";
    private static final String BOLD = "\033[1m";
    private static final String MARK = "\033[1;4m";
    private static final String DIM = "\033[2m";
    private static final String GREEN = "\033[32m";
    private static final String RED = "\033[31m";
    private static final String WARNING = "\033[1;33m";
    private static final String[] OTHERS = {"\033[36m", "\033[35m", "\033[33m", "\033[34m"};

    String bold(String text) {
        return paint(BOLD, text);
    }

    String dim(String text) {
        return paint(DIM, text);
    }

    /** A label, always in the same colour, padded to a width in columns. */
    String label(String label, int width) {
        String padded = pad(printable(label), width);
        String colour =
                switch (label) {
                    case "positive" -> GREEN;
                    case "negative" -> RED;
                    default -> OTHERS[Math.floorMod(label.hashCode(), OTHERS.length)];
                };
        return paint(colour, padded);
    }

    /** A verdict that is no label, padded to a width. */
    String warning(String verdict, int width) {
        return paint(WARNING, pad(verdict, width));
    }

    /** How a check of {@code doctor} ended, padded to a width. */
    String status(Finding.Status status, int width) {
        String colour =
                switch (status) {
                    case OK -> GREEN;
                    case SKIPPED -> DIM;
                    case WARNING -> WARNING;
                    case PROBLEM -> RED;
                };
        return paint(colour, pad(status.name().toLowerCase(Locale.ROOT), width));
    }

    /** The text with its most attended words marked, cut to a number of columns. */
    String marked(String text, List<AttendedWord> attention, int maxColumns) {
        boolean cut = Columns.end(text, maxColumns) < text.length();
        int end = cut ? Columns.end(text, maxColumns - 1) : text.length();
        StringBuilder marked = new StringBuilder(end + 16);
        int position = 0;
        for (AttendedWord word : mostAttended(attention)) {
            if (word.start() < position || word.end() > end) {
                continue;
            }
            marked.append(printable(text.substring(position, word.start())));
            String printed = printable(text.substring(word.start(), word.end()));
            marked.append(colours ? MARK + printed + RESET : "*" + printed + "*");
            position = word.end();
        }
        marked.append(printable(text.substring(position, end)));
        return cut ? marked.append('…').toString() : marked.toString();
    }

    /** In the order of the text. */
    static List<AttendedWord> mostAttended(List<AttendedWord> attention) {
        double least = MARKED_SHARES / Math.max(1, attention.size());
        return attention.stream()
                .filter(word -> attention.size() == 1 || word.weight() >= least)
                .sorted(Comparator.comparing(AttendedWord::weight).reversed())
                .limit(MAX_MARKED)
                .sorted(Comparator.comparing(AttendedWord::start))
                .toList();
    }

    /** The text on one line, without anything that a terminal would obey. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints()
                .map(
                        c ->
                                switch (Character.getType(c)) {
                                    case Character.CONTROL,
                                            Character.LINE_SEPARATOR,
                                            Character.PARAGRAPH_SEPARATOR ->
                                            ' ';
                                    case Character.SURROGATE -> 0xFFFD;
                                    default -> isDirection(c) ? ' ' : c;
                                })
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }

    /** Whether a character turns the direction of what follows it. */
    private static boolean isDirection(int c) {
        return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - Columns.of(text)));
    }

    private String paint(String colour, String text) {
        return colours ? colour + text + RESET : text;
    }
}
