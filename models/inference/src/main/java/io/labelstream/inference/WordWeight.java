package io.labelstream.inference;

/**
 * How much a word carried the decision.
 *
 * @param word the word as it stands in the text
 * @param start offset of its first UTF-16 unit in the text
 * @param end offset behind its last
 * @param weight share of the attention; over all words of a text they sum to 1
 */
public record WordWeight(String word, int start, int end, float weight) {}
