package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.faults.GuaranteeChecker.Range;
import io.labelstream.endtoend.faults.InputLog.Message;
import io.labelstream.serde.SourcePosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** What a job has written twice because it went on from an older checkpoint. */
final class ReplayedSpans {

    private ReplayedSpans() {}

    /**
     * Finds it.
     *
     * @return one span of each partition that has messages with two outcomes
     * @throws AssertionError if a message inside a span has only one: then it is not a replay
     */
    static List<Range> in(OutputLog committed, InputLog input) {
        Map<SourcePosition, Integer> outcomes = new HashMap<>();
        committed.records().forEach(record -> outcomes.merge(record.source(), 1, Integer::sum));
        Map<TopicPartition, List<Message>> twice = new HashMap<>();
        for (Message message : input.messages()) {
            if (outcomes.getOrDefault(message.position(), 0) > 1) {
                twice.computeIfAbsent(partition(message.position()), p -> new ArrayList<>())
                        .add(message);
            }
        }
        Map<String, Range> spans = new TreeMap<>();
        twice.forEach(
                (partition, messages) ->
                        spans.put(
                                partition.toString(),
                                new Range(
                                        partition.topic(),
                                        partition.partition(),
                                        messages.get(0).position().offset(),
                                        messages.get(messages.size() - 1).position().offset())));
        for (Message message : input.messages()) {
            Range span = spans.get(partition(message.position()).toString());
            if (span != null
                    && span.contains(message.position())
                    && outcomes.getOrDefault(message.position(), 0) != 2) {
                throw new AssertionError(
                        "%s has %d outcomes, in the middle of %s, which were written twice"
                                .formatted(
                                        message.position(),
                                        outcomes.getOrDefault(message.position(), 0),
                                        span));
            }
        }
        return List.copyOf(spans.values());
    }

    private static TopicPartition partition(SourcePosition position) {
        return new TopicPartition(position.topic(), position.partition());
    }
}
