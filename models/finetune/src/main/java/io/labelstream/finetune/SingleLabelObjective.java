package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * One label a row: cross entropy, weighted by label, a share of each row's weight spread over all
 * labels (Szegedy et al., 2016); epochs are chosen by accuracy, or by macro F1 where labels are
 * weighted, as a model that never finds a rare label can still be accurate.
 */
final class SingleLabelObjective implements Objective {

    private final float[] weights;
    private final float smoothing;
    private final boolean weighted;

    /**
     * @param weights by label, 1 for the usual
     * @param smoothing share that is spread, from 0 to below 1
     */
    SingleLabelObjective(float[] weights, double smoothing) {
        this.weights = weights.clone();
        this.smoothing = (float) smoothing;
        boolean differ = false;
        for (float weight : weights) {
            differ |= weight != 1;
        }
        this.weighted = differ;
    }

    @Override
    public NDArray loss(NDManager step, NDArray logits, List<LabelledTokens> batch) {
        int labels = weights.length;
        float total = (float) weight(batch);
        float[] targets = new float[batch.size() * labels];
        for (int row = 0; row < batch.size(); row++) {
            int label = batch.get(row).label();
            float weight = -weights[label] / total;
            Arrays.fill(targets, row * labels, (row + 1) * labels, weight * smoothing / labels);
            targets[row * labels + label] += weight * (1 - smoothing);
        }
        return logits.logSoftmax(-1)
                .mul(step.create(targets, new Shape(batch.size(), labels)))
                .sum();
    }

    @Override
    public double weight(List<LabelledTokens> batch) {
        double weight = 0;
        for (LabelledTokens row : batch) {
            weight += weights[row.label()];
        }
        return weight;
    }

    @Override
    public double score(List<float[]> logits, List<LabelledTokens> rows) {
        int[] right = new int[weights.length];
        int[] found = new int[weights.length];
        int[] truths = new int[weights.length];
        for (int row = 0; row < rows.size(); row++) {
            int best = Logits.best(logits.get(row));
            found[best]++;
            truths[rows.get(row).label()]++;
            right[best] += best == rows.get(row).label() ? 1 : 0;
        }
        double rightRows = 0;
        double f1 = 0;
        int labels = 0;
        for (int label = 0; label < weights.length; label++) {
            rightRows += right[label];
            if (truths[label] + found[label] > 0) {
                labels++;
                f1 += 2.0 * right[label] / (found[label] + truths[label]);
            }
        }
        return weighted ? f1 / labels : rightRows / rows.size();
    }

    @Override
    public String measure() {
        return weighted ? "macro F1" : "accuracy";
    }
}
