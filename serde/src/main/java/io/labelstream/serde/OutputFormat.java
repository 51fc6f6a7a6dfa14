package io.labelstream.serde;

/** What the values of the output topic are. */
public enum OutputFormat {
    /** A {@code LabelledEvent} as a JSON object. */
    JSON,
    /** A {@code LabelledEvent} in Avro's binary form. */
    AVRO;

    /** An encoder for one thread. */
    public EventEncoder encoder() {
        return switch (this) {
            case JSON -> new JsonEventEncoder();
            case AVRO -> new AvroEventEncoder();
        };
    }
}
