package io.labelstream.serde;

/** What the values of the input topics are. */
public enum InputFormat {
    /** The value is the text, in UTF-8. */
    TEXT,
    /** A JSON object with the text in a field. */
    JSON,
    /** A record in Avro's binary form, all of one schema. */
    AVRO,
    /** A record in Avro's binary form behind the id of its schema in a registry. */
    AVRO_CONFLUENT
}
