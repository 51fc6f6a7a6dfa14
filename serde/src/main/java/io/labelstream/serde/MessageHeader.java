package io.labelstream.serde;

/**
 * A Kafka header.
 *
 * @param name may occur more than once in a message
 * @param value may be null
 */
public record MessageHeader(String name, byte[] value) {

    @Override
    public String toString() {
        return "MessageHeader[bytes=" + (value == null ? 0 : value.length) + "]";
    }
}
