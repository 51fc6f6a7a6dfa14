package io.labelstream.serde;

/**
 * A word of the text and its share of the attention.
 *
 * @param word the word, as it stands in the text
 * @param start offset of its first UTF-16 unit in the text
 * @param end offset behind its last
 * @param weight share; over all words of a text they sum to 1
 */
public record AttendedWord(String word, int start, int end, float weight) {

    @Override
    public String toString() {
        return "AttendedWord[" + start + "-" + end + "]";
    }
}
