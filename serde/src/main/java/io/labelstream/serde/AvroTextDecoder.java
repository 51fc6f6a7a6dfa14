package io.labelstream.serde;

import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.util.Utf8;

/**
 * Input format {@code avro}: the value is a {@code TextEvent} in Avro's binary form, without a
 * header. Lengths are checked against the bytes that are there before anything is allocated.
 */
public final class AvroTextDecoder implements TextDecoder {

    private final SpecificDatumReader<io.labelstream.avro.TextEvent> reader =
            new SpecificDatumReader<>(io.labelstream.avro.TextEvent.class);
    private final StrictUtf8 utf8 = new StrictUtf8();
    private BinaryDecoder decoder;

    @Override
    public TextEvent decode(byte[] value) throws UnreadableMessageException {
        io.labelstream.avro.TextEvent event;
        try {
            decoder = DecoderFactory.get().binaryDecoder(value, decoder);
            event = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw notATextEvent();
            }
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
            // Their messages may quote the value.
            throw notATextEvent();
        }
        return new TextEvent(text(event.getId()), text(event.getText()), text(event.getTextPair()));
    }

    private String text(Utf8 field) throws UnreadableMessageException {
        return field == null ? "" : utf8.decode(field.getBytes(), 0, field.getByteLength());
    }

    private static UnreadableMessageException notATextEvent() {
        return new UnreadableMessageException(
                DeadLetter.Reason.SCHEMA, "not a TextEvent in Avro's binary form");
    }
}
