package io.labelstream.finetune;

import java.util.List;

/**
 * Finds the temperature under which logits are least surprised by the truth (Guo et al. 2017): the
 * one with the lowest negative log likelihood, by golden section over its logarithm. A handful of
 * rows says little, all the more if all of them are right, and would drive it to a bound: the
 * square of its logarithm is added, which weighs as much as one row and is lost among hundreds.
 */
final class TemperatureFit {

    private static final double LOWEST = Math.log(0.05);
    private static final double HIGHEST = Math.log(20);
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
    private static final int STEPS = 60;

    private TemperatureFit() {}

    /**
     * Fits a temperature.
     *
     * @param logits shape {@code [labels]} each
     * @param truths indexes of the true labels of each
     * @param multiLabel whether each label is judged for itself
     */
    static double of(List<float[]> logits, List<int[]> truths, boolean multiLabel) {
        double low = LOWEST;
        double high = HIGHEST;
        for (int step = 0; step < STEPS; step++) {
            double left = high - GOLDEN * (high - low);
            double right = low + GOLDEN * (high - low);
            if (loss(logits, truths, multiLabel, Math.exp(left))
                    <= loss(logits, truths, multiLabel, Math.exp(right))) {
                high = right;
            } else {
                low = left;
            }
        }
        return Math.exp((low + high) / 2);
    }

    private static double loss(
            List<float[]> logits, List<int[]> truths, boolean multiLabel, double temperature) {
        double sum = Math.pow(Math.log(temperature), 2);
        for (int row = 0; row < logits.size(); row++) {
            sum +=
                    multiLabel
                            ? binary(logits.get(row), truths.get(row), temperature)
                            : categorical(logits.get(row), truths.get(row)[0], temperature);
        }
        return sum;
    }

    private static double categorical(float[] logits, int truth, double temperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit / temperature);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit / temperature - max);
        }
        return max + Math.log(sum) - logits[truth] / temperature;
    }

    private static double binary(float[] logits, int[] truths, double temperature) {
        double sum = 0;
        for (float logit : logits) {
            double x = logit / temperature;
            sum += Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
        }
        for (int truth : truths) {
            sum -= logits[truth] / temperature;
        }
        return sum;
    }
}
