package io.labelstream.serde;

/** Finds the text in a message's value. Used by one thread. */
public interface TextDecoder {

    /**
     * Decodes a value.
     *
     * @param value as Kafka has it, never null
     * @throws RefusedMessageException if the value is not in this decoder's format
     */
    TextEvent decode(byte[] value) throws RefusedMessageException;
}
