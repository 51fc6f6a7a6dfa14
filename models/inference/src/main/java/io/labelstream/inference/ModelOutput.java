package io.labelstream.inference;

/**
 * What the model says of one text.
 *
 * @param logits shape {@code [labels]}
 * @param attention weight of each token, special ones 0, shape {@code [tokens]}; empty if not asked
 *     for or the model has no such output
 */
public record ModelOutput(float[] logits, float[] attention) {}
