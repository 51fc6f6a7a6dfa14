package io.labelstream.serde;

/**
 * Lone surrogates, which JSON can spell and UTF-8 cannot: half a character, that no tokenizer and
 * no encoder takes.
 */
public final class Surrogates {

    private Surrogates() {}

    /**
     * Puts U+FFFD in the place of each lone surrogate.
     *
     * @return a text of the same length; the same instance where there is none
     */
    public static String replaceLone(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaced(text, i);
            }
        }
        return text;
    }

    private static String replaced(String text, int from) {
        StringBuilder replaced = new StringBuilder(text);
        for (int i = from; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                replaced.setCharAt(i, '\uFFFD');
            }
        }
        return replaced.toString();
    }
}
