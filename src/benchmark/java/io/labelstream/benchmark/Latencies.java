package io.labelstream.benchmark;

import java.util.Arrays;

/**
 * Times from when a text was to be sent until its result was read, in milliseconds.
 *
 * @param count how many results were read
 */
record Latencies(long count, double p50, double p95, double p99, double p999, double max) {

    /** Sums up; all figures are 0 where nothing was read. */
    static Latencies of(long[] millis) {
        long[] sorted = millis.clone();
        Arrays.sort(sorted);
        return new Latencies(
                sorted.length,
                at(sorted, 0.5),
                at(sorted, 0.95),
                at(sorted, 0.99),
                at(sorted, 0.999),
                at(sorted, 1));
    }

    /** The smallest value that is not exceeded by the share of all values. */
    private static double at(long[] sorted, double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted.length == 0 ? 0 : sorted[Math.max(0, rank - 1)];
    }
}
