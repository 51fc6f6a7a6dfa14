package io.labelstream.inference;

/**
 * A text as the model reads it. Compact on purpose: it waits in a checkpoint.
 *
 * @param ids token ids with the special ones, shape {@code [tokens]}
 * @param pairStart index from which token types are 1, which is where the second text of a pair
 *     starts; {@code ids.length} without one, or where the tokenizer tells no types apart
 * @param truncated whether some of the text was left out
 * @param spans start and end of each token in the text, in UTF-16 units, shape {@code [2 *
 *     tokens]}; special tokens and those of the second text have {@code -1}; empty unless asked for
 */
public record EncodedText(int[] ids, int pairStart, boolean truncated, int[] spans) {

    /** Tokens, special ones included. */
    public int tokens() {
        return ids.length;
    }

    /** Whether no span reaches beyond a text. */
    public boolean spansFit(String text) {
        for (int offset : spans) {
            if (offset > text.length()) {
                return false;
            }
        }
        return true;
    }

    /** Says sizes only: ids could be turned back into the text. */
    @Override
    public String toString() {
        return "EncodedText[tokens=" + ids.length + ", truncated=" + truncated + "]";
    }
}
