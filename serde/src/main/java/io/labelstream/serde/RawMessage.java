package io.labelstream.serde;

import java.util.List;

/**
 * A Kafka message as it came.
 *
 * @param topic the topic it was read from
 * @param partition its partition
 * @param offset its offset there
 * @param timestamp its Kafka timestamp, in milliseconds; any value that Kafka lets through
 * @param key may be null
 * @param value null for a tombstone
 * @param headers in their order, duplicates kept
 */
public record RawMessage(
        String topic,
        int partition,
        long offset,
        long timestamp,
        byte[] key,
        byte[] value,
        List<MessageHeader> headers) {

    public SourcePosition position() {
        return new SourcePosition(topic, partition, offset);
    }

    @Override
    public String toString() {
        return "RawMessage[" + position() + ", bytes=" + (value == null ? 0 : value.length) + "]";
    }
}
