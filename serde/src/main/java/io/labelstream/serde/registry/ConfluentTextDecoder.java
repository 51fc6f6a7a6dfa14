package io.labelstream.serde.registry;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.FieldPath;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.RegistrySettings;
import io.labelstream.serde.TextDecoder;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.TextTemplate;
import io.labelstream.serde.avro.AvroTextDecoder;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;

/**
 * Input format {@code avro-confluent}: a zero byte, the id of the writer's schema in four bytes,
 * big end first, then a record in Avro's binary form. Each schema is asked for once and kept.
 *
 * <p>For one thread, which waits while the registry is asked.
 */
public final class ConfluentTextDecoder implements TextDecoder {

    /** What stands before the record. */
    static final int HEADER_LENGTH = 1 + Integer.BYTES;

    private static final int KEPT_DECODERS = 1000;

    private final SchemaRegistry registry;
    private final Schema reader;
    private final TextTemplate text;
    private final FieldPath pair;
    private final RecentlyUsed<Integer, AvroTextDecoder> decoders =
            new RecentlyUsed<>(KEPT_DECODERS);

    /**
     * A decoder; asks nothing yet.
     *
     * @param reader the schema to read values as; null for {@code TextEvent} where no fields are
     *     named, else for the writer's
     * @param text the text's fields; null for those of a {@code TextEvent}
     * @param pair the second text's field; null for none, or for that of a {@code TextEvent}
     * @throws IllegalArgumentException if an address of the registry is none, if the fields
     *     contradict one another, or if the reader's schema does not have them
     */
    public ConfluentTextDecoder(
            RegistrySettings settings, Schema reader, TextTemplate text, FieldPath pair) {
        this(new SchemaRegistry(settings), reader, text, pair);
    }

    ConfluentTextDecoder(
            SchemaRegistry registry, Schema reader, TextTemplate text, FieldPath pair) {
        AvroTextDecoder.check(reader, text, pair);
        this.registry = registry;
        this.reader = reader;
        this.text = text;
        this.pair = pair;
    }

    /**
     * Decodes a value.
     *
     * @throws RefusedMessageException {@code SCHEMA} if it is not framed or not of its schema,
     *     {@code UNKNOWN_SCHEMA} if the registry has none, {@code BAD_ENCODING}
     * @throws SchemaRegistryException if the registry does not answer in time
     */
    @Override
    public TextEvent decode(byte[] value) throws RefusedMessageException {
        if (value.length < HEADER_LENGTH) {
            throw refused("shorter than the five bytes before Confluent's Avro");
        }
        if (value[0] != 0) {
            throw refused("does not begin with the zero byte of Confluent's Avro");
        }
        int id = ByteBuffer.wrap(value).getInt(1);
        return decoder(id).decode(value, HEADER_LENGTH);
    }

    private AvroTextDecoder decoder(int id) throws RefusedMessageException {
        AvroTextDecoder decoder = decoders.get(id);
        if (decoder == null) {
            decoder = new AvroTextDecoder(registry.byId(id), reader, text, pair);
            decoders.put(id, decoder);
        }
        return decoder;
    }

    private static RefusedMessageException refused(String message) {
        return new RefusedMessageException(DeadLetter.Reason.SCHEMA, message);
    }
}
