package io.labelstream.streaming.commit;

/**
 * Messages of one input partition that went into one transaction. Others may lie between the first
 * and the last, such as those that became dead letters.
 *
 * @param firstOffset of the lowest one
 * @param lastOffset of the highest one
 * @param messages how many there are
 */
public record SourceRange(
        String topic, int partition, long firstOffset, long lastOffset, long messages) {

    @Override
    public String toString() {
        return messages == 1
                ? "%s-%d: 1 message, offset %d".formatted(topic, partition, firstOffset)
                : "%s-%d: %d messages from offset %d to %d"
                        .formatted(topic, partition, messages, firstOffset, lastOffset);
    }
}
