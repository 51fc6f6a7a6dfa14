package io.labelstream.serde;

/** Finds the text in a message's value. Used by one thread. */
public interface TextDecoder {

    /**
     * Decodes a value.
     *
     * @param value as Kafka has it; null for a tombstone
     * @throws UnreadableMessageException if the value is not in this decoder's format
     */
    TextEvent decode(byte[] value) throws UnreadableMessageException;
}
