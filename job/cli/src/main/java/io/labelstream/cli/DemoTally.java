package io.labelstream.cli;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who was sent, and who came back. Every input is known by partition and offset, so that a missing
 * one and one that came twice are told from each other. Safe for use by several threads: one feeds,
 * one reads.
 */
final class DemoTally {

    private static final int MAX_LATENCY_MILLIS = 10 * 60 * 1000;

    private final Map<Integer, BitSet> sent = new TreeMap<>();
    private final Map<Integer, BitSet> seen = new TreeMap<>();
    private final Map<String, Long> labels = new TreeMap<>();
    private final Map<String, Long> reasons = new TreeMap<>();
    private final int[] latencies = new int[MAX_LATENCY_MILLIS + 1];
    private long recordsIn;
    private long answered;
    private long labelled;
    private long outOfScope;
    private long deadLetters;
    private long duplicates;
    private long firstSentNanos;
    private long lastSeenNanos;

    /** A record stands in the input topic, acknowledged by the broker. */
    synchronized void sent(int partition, long offset) {
        recordsIn++;
        sent.computeIfAbsent(partition, p -> new BitSet()).set((int) offset);
    }

    /** The first record is on its way. */
    synchronized void started(long nowNanos) {
        firstSentNanos = nowNanos;
        lastSeenNanos = nowNanos;
    }

    /**
     * A labelled event was seen.
     *
     * @param label the best label, whether or not it applies
     * @param beyondScope whether none of the labels fits
     * @param latencyMillis from the record's timestamp to now
     * @return whether its record came back for the first time
     */
    synchronized boolean labelled(
            int partition,
            long offset,
            String label,
            boolean beyondScope,
            long latencyMillis,
            long nowNanos) {
        if (!firstTime(partition, offset)) {
            return false;
        }
        labelled++;
        outOfScope += beyondScope ? 1 : 0;
        labels.merge(label, 1L, Long::sum);
        latencies[(int) Math.max(0, Math.min(MAX_LATENCY_MILLIS, latencyMillis))]++;
        lastSeenNanos = nowNanos;
        return true;
    }

    /** A dead letter was seen. */
    synchronized boolean deadLetter(int partition, long offset, String reason) {
        if (!firstTime(partition, offset)) {
            return false;
        }
        deadLetters++;
        reasons.merge(reason, 1L, Long::sum);
        return true;
    }

    private boolean firstTime(int partition, long offset) {
        BitSet offsets = seen.computeIfAbsent(partition, p -> new BitSet());
        if (offsets.get((int) offset)) {
            duplicates++;
            return false;
        }
        offsets.set((int) offset);
        answered++;
        return true;
    }

    /** Records that were sent and did not come back so far. */
    synchronized long outstanding() {
        long outstanding = 0;
        for (Map.Entry<Integer, BitSet> partition : sent.entrySet()) {
            BitSet missing = (BitSet) partition.getValue().clone();
            missing.andNot(seen.getOrDefault(partition.getKey(), new BitSet()));
            outstanding += missing.cardinality();
        }
        return outstanding;
    }

    /** Labelled events and dead letters seen so far, each record once. */
    synchronized long answered() {
        return answered;
    }

    synchronized long labelled() {
        return labelled;
    }

    /**
     * The figures so far.
     *
     * @param skipped lines of the input without a text
     * @param waitedFor whether the run waited for all answers; one that was stopped did not, and
     *     what was under way then is not missing
     */
    synchronized DemoSummary summary(long skipped, boolean waitedFor) {
        long outstanding = outstanding();
        double seconds = (lastSeenNanos - firstSentNanos) / 1e9;
        return new DemoSummary(
                recordsIn,
                labelled,
                outOfScope,
                deadLetters,
                skipped,
                waitedFor ? outstanding : 0,
                waitedFor ? 0 : outstanding,
                duplicates,
                seconds > 0 ? labelled / seconds : 0,
                quantile(0.5),
                quantile(0.99),
                new TreeMap<>(labels),
                new TreeMap<>(reasons));
    }

    private long quantile(double share) {
        long rank = (long) Math.ceil(share * labelled);
        long count = 0;
        for (int millis = 0; millis < latencies.length; millis++) {
            count += latencies[millis];
            if (labelled > 0 && count >= rank) {
                return millis;
            }
        }
        return 0;
    }
}
