package io.labelstream.inference;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How well a text fits the labels a model knows: higher is more in scope. Computed from the logits
 * in double precision, so that what a threshold was tuned on is what is measured later.
 *
 * <p>Sources: maximum softmax probability, Hendrycks and Gimpel 2017; margin, the gap to the
 * runner-up; energy, Liu et al. 2020 (here with its sign turned, so that higher fits better).
 */
public enum OutOfScopeMeasure {
    /** The highest softmax score of a label in scope. */
    MAX_SCORE("max-score") {
        @Override
        double of(double[] scaled, double temperature, int outOfScopeIndex) {
            int best = best(scaled, outOfScopeIndex);
            return Math.exp(scaled[best] - logSumExp(scaled, -1));
        }
    },

    /** That score less the highest score of any other label, the out-of-scope label included. */
    MARGIN("margin") {
        @Override
        double of(double[] scaled, double temperature, int outOfScopeIndex) {
            int best = best(scaled, outOfScopeIndex);
            double sum = logSumExp(scaled, -1);
            return Math.exp(scaled[best] - sum) - Math.exp(scaled[best(scaled, best)] - sum);
        }
    },

    /** Temperature times the log of the sum of exponentials of the scaled logits in scope. */
    ENERGY("energy") {
        @Override
        double of(double[] scaled, double temperature, int outOfScopeIndex) {
            return temperature * logSumExp(scaled, outOfScopeIndex);
        }
    };

    private final String key;

    OutOfScopeMeasure(String key) {
        this.key = key;
    }

    /** How files and options spell it. */
    public String key() {
        return key;
    }

    /** The measure of a key; empty where there is none. */
    public static Optional<OutOfScopeMeasure> of(String key) {
        return Arrays.stream(values()).filter(measure -> measure.key.equals(key)).findFirst();
    }

    /** All keys, for messages. */
    public static String keys() {
        return Arrays.stream(values())
                .map(OutOfScopeMeasure::key)
                .collect(Collectors.joining(", "));
    }

    /**
     * Measures a text.
     *
     * @param logits of one text, shape {@code [labels]}, finite, at least two
     * @param temperature logits are divided by it, above 0
     * @param outOfScopeIndex id of the label that itself means "none of these", or -1; it takes
     *     part in every softmax sum, but is no candidate
     */
    public double of(float[] logits, double temperature, int outOfScopeIndex) {
        double[] scaled = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            scaled[i] = logits[i] / temperature;
        }
        return of(scaled, temperature, outOfScopeIndex);
    }

    abstract double of(double[] scaled, double temperature, int outOfScopeIndex);

    /** Index of the greatest value, one index left out (-1 for none). */
    private static int best(double[] values, int except) {
        int best = -1;
        for (int i = 0; i < values.length; i++) {
            if (i != except && (best < 0 || values[i] > values[best])) {
                best = i;
            }
        }
        return best;
    }

    private static double logSumExp(double[] values, int except) {
        double max = values[best(values, except)];
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += i == except ? 0 : Math.exp(values[i] - max);
        }
        return max + Math.log(sum);
    }
}
