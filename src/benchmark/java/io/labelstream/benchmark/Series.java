package io.labelstream.benchmark;

import java.util.Map;
import java.util.TreeMap;

/**
 * A figure that only grows, such as a process's CPU time, read now and then; between two readings
 * it is taken to have grown evenly. Safe for use by several threads.
 */
final class Series {

    private final TreeMap<Long, Double> values = new TreeMap<>();

    synchronized void add(long millis, double value) {
        values.put(millis, value);
    }

    /**
     * How much it grew.
     *
     * @return NaN if there are no readings on both sides of the times
     */
    synchronized double growth(long fromMillis, long toMillis) {
        return at(toMillis) - at(fromMillis);
    }

    private double at(long millis) {
        Map.Entry<Long, Double> before = values.floorEntry(millis);
        Map.Entry<Long, Double> after = values.ceilingEntry(millis);
        if (before == null || after == null) {
            return Double.NaN;
        }
        if (before.getKey().equals(after.getKey())) {
            return before.getValue();
        }
        double share = (double) (millis - before.getKey()) / (after.getKey() - before.getKey());
        return before.getValue() + share * (after.getValue() - before.getValue());
    }
}
