package io.labelstream.streaming.source;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** Kafka does not have the messages that a job would read next. */
public final class MissingMessagesException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Says where.
     *
     * @param positions the offset of the message that comes next, by partition
     */
    MissingMessagesException(Map<TopicPartition, Long> positions) {
        super(
                "Messages are missing: the job would go on at %s, where Kafka has nothing. They were deleted before they were read (retention.ms and retention.bytes of the topic), or the topic was made anew, or its brokers have lost them, so that it ends before there. To go on with the earliest message there is of each such partition, start again with input.missing-messages set to skip; where the partition was not cut at its beginning, but made anew or cut at its end, all of it is then read, and what was read before is written again. So that it does not happen again, keep messages for longer than the job may be away."
                        .formatted(named(positions)));
    }

    private static String named(Map<TopicPartition, Long> positions) {
        Map<String, Long> sorted = new TreeMap<>();
        positions.forEach((partition, offset) -> sorted.put(partition.toString(), offset));
        return sorted.entrySet().stream()
                .map(one -> "%s offset %d".formatted(one.getKey(), one.getValue()))
                .collect(Collectors.joining(", "));
    }
}
