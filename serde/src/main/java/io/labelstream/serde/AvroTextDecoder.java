package io.labelstream.serde;

import java.io.IOException;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Input format {@code avro}: the value is a {@code TextEvent} in Avro's binary form, without a
 * header. Lengths are checked against the bytes that are there before anything is allocated.
 */
public final class AvroTextDecoder implements TextDecoder {

    // Generic: no class is ever loaded because a schema names it.
    private final GenericDatumReader<GenericRecord> reader =
            new GenericDatumReader<>(io.labelstream.avro.TextEvent.getClassSchema());
    private final StrictUtf8 utf8 = new StrictUtf8();
    private BinaryDecoder decoder;

    @Override
    public TextEvent decode(byte[] value) throws UnreadableMessageException {
        GenericRecord event;
        try {
            decoder = DecoderFactory.get().binaryDecoder(value, decoder);
            event = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw notATextEvent();
            }
        } catch (IOException | RuntimeException e) {
            // Avro has many exceptions for bad bytes, and their messages may quote the value.
            throw notATextEvent();
        }
        return new TextEvent(text(event, "id"), text(event, "text"), text(event, "textPair"));
    }

    private String text(GenericRecord event, String name) throws UnreadableMessageException {
        Utf8 field = (Utf8) event.get(name);
        return field == null ? "" : utf8.decode(field.getBytes(), 0, field.getByteLength());
    }

    private static UnreadableMessageException notATextEvent() {
        return new UnreadableMessageException(
                DeadLetter.Reason.SCHEMA, "not a TextEvent in Avro's binary form");
    }
}
