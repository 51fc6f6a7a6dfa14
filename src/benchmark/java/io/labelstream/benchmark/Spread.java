package io.labelstream.benchmark;

import java.util.Arrays;
import java.util.Collection;

/**
 * Several measurements of one figure.
 *
 * @param median of an even number, the middle of the two in the middle
 */
record Spread(double median, double min, double max, int count) {

    /**
     * Sums measurements up.
     *
     * @throws IllegalArgumentException if there are none: nothing was measured
     */
    static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no measurements; expected at least one");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    static Spread of(Collection<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
