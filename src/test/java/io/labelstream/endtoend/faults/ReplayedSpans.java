package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.faults.GuaranteeChecker.Range;
import io.labelstream.endtoend.faults.OutputRecord.Kind;
import io.labelstream.serde.SourcePosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** What a job has written twice because it went on from an older checkpoint. */
final class ReplayedSpans {

    private ReplayedSpans() {}

    /**
     * Finds it. Results and dead letters are looked at apart: they have a sink each, of which one
     * may have committed the newest checkpoint and the other one not.
     *
     * @param before output that had been committed by the older checkpoint
     * @return one span of each partition and kind that has messages with two outcomes
     * @throws AssertionError if a message inside a span has not two, or if one of {@code before}
     *     has: then it is not a replay of what came since
     */
    static List<Range> in(OutputLog committed, List<OutputRecord> before) {
        List<Range> spans = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Map<SourcePosition, Integer> outcomes = outcomes(committed.records(), kind);
            outcomes(before, kind)
                    .forEach((source, times) -> checkOnce(source, outcomes.get(source)));
            spans.addAll(spans(outcomes));
        }
        return spans;
    }

    private static Map<SourcePosition, Integer> outcomes(List<OutputRecord> records, Kind kind) {
        Map<SourcePosition, Integer> outcomes = new HashMap<>();
        records.stream()
                .filter(record -> record.kind() == kind)
                .forEach(record -> outcomes.merge(record.source(), 1, Integer::sum));
        return outcomes;
    }

    /** The checker says of those that are missing. */
    private static void checkOnce(SourcePosition source, Integer times) {
        if (times != null && times > 1) {
            throw new AssertionError(
                    "%s has %d outcomes, one of which was committed before the checkpoint"
                            .formatted(source, times));
        }
    }

    private static List<Range> spans(Map<SourcePosition, Integer> outcomes) {
        Map<TopicPartition, Range> spans = new HashMap<>();
        outcomes.forEach(
                (source, times) -> {
                    if (times > 1) {
                        spans.merge(partition(source), only(source), ReplayedSpans::around);
                    }
                });
        outcomes.forEach(
                (source, times) -> {
                    Range span = spans.get(partition(source));
                    if (span != null && span.contains(source) && times != 2) {
                        throw new AssertionError(
                                "%s has %d outcomes, in the middle of %s, which were written twice"
                                        .formatted(source, times, span));
                    }
                });
        return List.copyOf(spans.values());
    }

    private static Range only(SourcePosition source) {
        return new Range(source.topic(), source.partition(), source.offset(), source.offset());
    }

    private static Range around(Range one, Range other) {
        return new Range(
                one.topic(),
                one.partition(),
                Math.min(one.first(), other.first()),
                Math.max(one.last(), other.last()));
    }

    private static TopicPartition partition(SourcePosition position) {
        return new TopicPartition(position.topic(), position.partition());
    }
}
