package io.labelstream.serde;

/** What the values of the output topic are. */
public enum OutputFormat {
    /** A {@code LabelledEvent} as a JSON object. */
    JSON,
    /** A {@code LabelledEvent} in Avro's binary form. */
    AVRO,
    /** A {@code LabelledEvent} in Avro's binary form behind the id of its schema in a registry. */
    AVRO_CONFLUENT,
    /** The message's own JSON object with one field more. */
    ENRICH,
    /** The message's own value; the event stands in headers. */
    HEADERS
}
