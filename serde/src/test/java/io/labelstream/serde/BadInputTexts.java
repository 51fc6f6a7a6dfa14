package io.labelstream.serde;

import static io.labelstream.serde.BadInputCorpus.CANARY;

import java.util.ArrayList;
import java.util.List;

/** Texts that are odd and whole: they are to be labelled, in whatever format they come. */
final class BadInputTexts {

    /** Just below the most bytes of a value, and of a result. */
    private static final int NEARLY_A_MEGABYTE = 1_000_000;

    /** What a job cuts texts to before it tokenizes them. */
    private static final int MOST_CHARACTERS = 20_000;

    /**
     * A text.
     *
     * @param truncated whether it is longer than the model reads
     */
    record Entry(int number, String name, String text, boolean truncated) {}

    private BadInputTexts() {}

    static List<Entry> all() {
        List<Entry> all = new ArrayList<>();
        all.add(entry(4, "white space only", " \t\r\n "));
        all.add(canary(14, "NUL inside", "good\u0000film"));
        all.add(entry(15, "NUL only", "\u0000"));
        all.add(canary(16, "control characters", "a\u0001\u0007\u001F\u007F\u0080\u009Fb"));
        all.add(canary(17, "non-characters", "\uFFFE good \uFFFF"));
        all.add(canary(18, "private use", "good \uE000"));
        all.add(canary(19, "zero width inside words", "wo\u200Bnder\u200Dful fi\uFEFFlm"));
        all.add(canary(20, "right to left override", "\u202Edoog\u202C and \u2066good\u2069"));
        all.add(
                canary(
                        21,
                        "Hebrew, Arabic, Devanagari, Thai",
                        "\u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627"
                                + " \u0928\u092E\u0938\u094D\u0924\u0947"
                                + " \u0E2A\u0E27\u0E31\u0E2A\u0E14\u0E35"));
        all.add(
                canary(
                        22,
                        "emoji: family, flag, skin tone, keycap",
                        "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66"
                                + " \uD83C\uDDE9\uD83C\uDDEA \uD83D\uDC4D\uD83C\uDFFD"
                                + " 1\uFE0F\u20E3"));
        all.add(canary(23, "tag characters", "good\uDB40\uDC61"));
        all.add(canary(24, "homoglyphs", "\u0440\u0430\u0443\u0440\u0430l"));
        all.add(canary(25, "accents, composed", "caf\u00E9 na\u00EFve r\u00E9sum\u00E9"));
        all.add(canary(26, "accents, decomposed", "cafe\u0301"));
        all.add(canary(27, "5,000 combining marks", "a" + "\u0301".repeat(5000)));
        all.add(canary(28, "odd spaces", "so\u00ADft\u00A0hard\u2028line\u3000wide"));
        all.add(canary(29, "line ends", "one\r\ntwo\rthree"));
        all.add(canary(30, "full width, and Turkish I", "\uFF47\uFF4F\uFF4F\uFF44 \u0130stanbul"));
        all.add(cut(31, "600 Chinese characters", "\u4E2D".repeat(600)));
        all.add(entry(32, "a word of 101 letters", "a".repeat(101)));
        all.add(cut(33, "a word of a megabyte", "a".repeat(NEARLY_A_MEGABYTE)));
        all.add(cut(34, "a megabyte of punctuation", "!".repeat(NEARLY_A_MEGABYTE)));
        addLengths(all);
        all.add(
                cut(
                        37,
                        "the cut falls inside an emoji",
                        "a".repeat(MOST_CHARACTERS - 1) + "\uD83D\uDE00" + "b"));
        all.add(canary(38, "special tokens as text", "[CLS] [SEP] [PAD] [UNK] [MASK] good"));
        all.add(canary(39, "markup", "<script>alert('" + CANARY + "')</script>"));
        all.add(canary(39, "lookup", "${jndi:ldap://" + CANARY + "/x}"));
        all.add(canary(39, "escape sequence", "\u001B[31mred " + CANARY + "\u001B[0m"));
        all.add(
                canary(
                        39,
                        "a line of log",
                        "good\r\n2026-11-24 12:00:00,000 ERROR Forged - " + CANARY));
        return all;
    }

    /** Each word is one token; two tokens are special. */
    private static void addLengths(List<Entry> all) {
        int words = BadInputCorpus.MODEL_TOKENS - 2;
        all.add(entry(36, "two tokens less than the model reads", "good ".repeat(words - 2)));
        all.add(entry(36, "a token less than the model reads", "good ".repeat(words - 1)));
        all.add(entry(36, "as many tokens as the model reads", "good ".repeat(words)));
        all.add(cut(36, "a token more than the model reads", "good ".repeat(words + 1)));
    }

    private static Entry entry(int number, String name, String text) {
        return new Entry(number, name, text, false);
    }

    private static Entry canary(int number, String name, String text) {
        return new Entry(number, name, CANARY + " " + text, false);
    }

    private static Entry cut(int number, String name, String text) {
        return new Entry(number, name, text, true);
    }
}
