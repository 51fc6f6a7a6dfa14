package io.labelstream.operators;

import io.labelstream.serde.DeadLetter.Reason;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counts dead letters as {@code labelstream.reason.REASON.deadLetters}. Used by the task thread.
 */
final class DeadLetterCounters {

    private final MetricGroup group;
    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    DeadLetterCounters(MetricGroup group) {
        this.group = group;
    }

    void count(Reason reason) {
        counters.computeIfAbsent(
                        reason, r -> group.addGroup("reason", r.name()).counter("deadLetters"))
                .inc();
    }
}
