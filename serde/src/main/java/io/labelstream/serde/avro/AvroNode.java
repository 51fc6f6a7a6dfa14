package io.labelstream.serde.avro;

import io.labelstream.serde.RefusedMessageException;

/** A type of the schema that values were written with, made ready to read values of it. */
interface AvroNode {

    /**
     * Reads a value, and nothing behind it.
     *
     * @param texts where the texts go that were asked for; null where there is none
     * @throws RefusedMessageException if the bytes are not of the type
     */
    void read(AvroBytes in, String[] texts) throws RefusedMessageException;
}
