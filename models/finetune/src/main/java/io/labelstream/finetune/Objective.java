package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** What a training makes small, and what its epochs are chosen by. */
interface Objective {

    /**
     * The mean loss of a batch.
     *
     * @param step owns what is made on the way
     * @param logits shape {@code [rows, labels]}
     * @param batch the rows that the logits are of
     * @return a single number, with gradients
     */
    NDArray loss(NDManager step, NDArray logits, List<LabelledTokens> batch);

    /** How much a batch counts: a batch's loss is the mean of those of its parts, weighted so. */
    double weight(List<LabelledTokens> batch);

    /**
     * How good logits are, from 0 to 1.
     *
     * @param logits shape {@code [labels]} each
     * @param rows the rows that the logits are of
     */
    double score(List<float[]> logits, List<LabelledTokens> rows);

    /** What {@link #score} is, for people. */
    String measure();
}
