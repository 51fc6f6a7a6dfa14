package io.labelstream.serde;

import java.util.List;

/**
 * What goes to the output topic.
 *
 * @param source the message it was made of
 * @param partition -1 for the one that the key decides
 * @param timestamp in milliseconds; -1 for the present
 * @param key may be null
 * @param value null for a tombstone
 * @param headers in their order, duplicates kept
 */
public record OutputMessage(
        SourcePosition source,
        int partition,
        long timestamp,
        byte[] key,
        byte[] value,
        List<MessageHeader> headers) {

    @Override
    public String toString() {
        return "OutputMessage[" + source + ", bytes=" + (value == null ? 0 : value.length) + "]";
    }
}
