package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.Arrays;
import java.util.List;

/**
 * Any number of labels a row: binary cross entropy of each label; epochs are chosen by the share of
 * rows whose set of labels is found exactly, each label taken from a score of one half on.
 */
final class MultiLabelObjective implements Objective {

    private final int labels;

    MultiLabelObjective(int labels) {
        this.labels = labels;
    }

    /** {@code softplus(x) - y x}, summed over labels: the sum of each label's cross entropy. */
    @Override
    public NDArray loss(NDManager step, NDArray logits, List<LabelledTokens> batch) {
        float[] targets = new float[batch.size() * labels];
        for (int row = 0; row < batch.size(); row++) {
            for (int label : batch.get(row).labels()) {
                targets[row * labels + label] = 1;
            }
        }
        NDArray truth = step.create(targets, new Shape(batch.size(), labels));
        return Activation.softPlus(logits).sub(logits.mul(truth)).sum().div(batch.size());
    }

    @Override
    public double weight(List<LabelledTokens> batch) {
        return batch.size();
    }

    @Override
    public double score(List<float[]> logits, List<LabelledTokens> rows) {
        int right = 0;
        for (int row = 0; row < rows.size(); row++) {
            boolean[] truth = new boolean[labels];
            for (int label : rows.get(row).labels()) {
                truth[label] = true;
            }
            boolean[] found = new boolean[labels];
            for (int label = 0; label < labels; label++) {
                found[label] = logits.get(row)[label] >= 0;
            }
            right += Arrays.equals(truth, found) ? 1 : 0;
        }
        return (double) right / rows.size();
    }

    @Override
    public String measure() {
        return "exact label sets";
    }
}
