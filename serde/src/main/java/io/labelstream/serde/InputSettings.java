package io.labelstream.serde;

import io.labelstream.serde.avro.AvroSchemas;
import io.labelstream.serde.avro.AvroTextDecoder;
import io.labelstream.serde.json.JsonTextDecoder;
import io.labelstream.serde.registry.ConfluentTextDecoder;
import java.io.Serializable;
import org.apache.avro.Schema;

/**
 * What the messages are, and what becomes of the odd ones; travels with the operators to the
 * cluster.
 *
 * @param format what the values are
 * @param maxBytes larger values are not read
 * @param text the text's fields, for the formats that have fields; null for those of a {@code
 *     TextEvent}
 * @param pair the second text's field; null for none, or for that of a {@code TextEvent}
 * @param duplicateKeys for JSON
 * @param avroSchema for {@code AVRO} the schema that the values were written with, for {@code
 *     AVRO_CONFLUENT} the reader's; as JSON, empty for none
 * @param registry for {@code AVRO_CONFLUENT}, else null
 * @param tombstones what becomes of messages without a value
 * @param emptyTexts what becomes of texts without a letter
 * @param longTexts what becomes of texts that the model cannot read whole
 */
public record InputSettings(
        InputFormat format,
        int maxBytes,
        TextTemplate text,
        FieldPath pair,
        DuplicateKeys duplicateKeys,
        String avroSchema,
        RegistrySettings registry,
        Tombstones tombstones,
        EmptyTexts emptyTexts,
        LongTexts longTexts)
        implements Serializable {

    /** Kafka's own limit of a record. */
    public static final int DEFAULT_MAX_BYTES = 1024 * 1024;

    /** Where the text stands in JSON, unless told. */
    public static final String DEFAULT_TEXT_FIELD = "text";

    /** A format with all else as it is by default. */
    public static InputSettings of(InputFormat format) {
        return new InputSettings(
                format,
                DEFAULT_MAX_BYTES,
                format == InputFormat.JSON
                        ? TextTemplate.field(FieldPath.parse(DEFAULT_TEXT_FIELD))
                        : null,
                null,
                DuplicateKeys.LAST,
                "",
                null,
                Tombstones.DEAD_LETTER,
                EmptyTexts.CLASSIFY,
                LongTexts.TRUNCATE);
    }

    /** A decoder for one thread. */
    public TextDecoder decoder() {
        return switch (format) {
            case TEXT -> new PlainTextDecoder();
            case JSON -> new JsonTextDecoder(text, pair, duplicateKeys);
            case AVRO ->
                    text == null
                            ? AvroTextDecoder.ofTextEvents()
                            : new AvroTextDecoder(AvroSchemas.parse(avroSchema), null, text, pair);
            case AVRO_CONFLUENT -> new ConfluentTextDecoder(registry, readerSchema(), text, pair);
        };
    }

    private Schema readerSchema() {
        return avroSchema.isEmpty() ? null : AvroSchemas.parse(avroSchema);
    }
}
