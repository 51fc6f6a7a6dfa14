package io.labelstream.inference;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts tokens back together into words, with the attention they got. Tokens that touch belong to
 * one word where letters, digits, apostrophes or hyphens meet, so "did" + "##n" + "'" + "t" is one;
 * Chinese characters, which touch without being one word, stay apart.
 */
public final class Words {

    private Words() {}

    /**
     * Sums the attention of each word's tokens.
     *
     * @param text the text that was encoded
     * @param encoded its encoding, with spans
     * @param attention weight of each token, shape {@code [tokens]}
     * @return the words in the order of the text, their weights scaled to sum to 1; empty if no
     *     token of the text got any
     */
    public static List<WordWeight> of(String text, EncodedText encoded, float[] attention) {
        int[] spans = encoded.spans();
        List<WordWeight> words = new ArrayList<>();
        double total = 0;
        int start = -1;
        int end = -1;
        double weight = 0;
        for (int token = 0; token < encoded.tokens(); token++) {
            int tokenStart = spans[2 * token];
            int tokenEnd = spans[2 * token + 1];
            if (tokenStart < 0 || tokenStart >= tokenEnd) {
                continue;
            }
            total += attention[token];
            if (start >= 0 && tokenStart <= end && (tokenStart < end || joins(text, tokenStart))) {
                end = Math.max(end, tokenEnd);
                weight += attention[token];
                continue;
            }
            if (start >= 0) {
                words.add(new WordWeight(text.substring(start, end), start, end, (float) weight));
            }
            start = tokenStart;
            end = tokenEnd;
            weight = attention[token];
        }
        if (start >= 0) {
            words.add(new WordWeight(text.substring(start, end), start, end, (float) weight));
        }
        return scaled(words, total);
    }

    private static List<WordWeight> scaled(List<WordWeight> words, double total) {
        if (!(total > 0)) {
            return List.of();
        }
        words.replaceAll(
                word ->
                        new WordWeight(
                                word.word(),
                                word.start(),
                                word.end(),
                                (float) (word.weight() / total)));
        return words;
    }

    /** Whether the characters on both sides of an offset belong to one word. */
    private static boolean joins(String text, int offset) {
        int before = text.codePointBefore(offset);
        int behind = text.codePointAt(offset);
        return isWordPart(before) && isWordPart(behind);
    }

    private static boolean isWordPart(int codePoint) {
        if (codePoint == '\'' || codePoint == '\u2019' || codePoint == '-') {
            return true;
        }
        return !Character.isIdeographic(codePoint)
                && (Character.isLetterOrDigit(codePoint)
                        || Character.getType(codePoint) == Character.NON_SPACING_MARK);
    }
}
