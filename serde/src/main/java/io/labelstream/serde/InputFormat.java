package io.labelstream.serde;

/** What the values of the input topics are. */
public enum InputFormat {
    /** The value is the text, in UTF-8. */
    TEXT,
    /** The value is a {@code TextEvent} in Avro's binary form. */
    AVRO;

    /** A decoder for one thread. */
    public TextDecoder decoder() {
        return switch (this) {
            case TEXT -> new PlainTextDecoder();
            case AVRO -> new AvroTextDecoder();
        };
    }
}
