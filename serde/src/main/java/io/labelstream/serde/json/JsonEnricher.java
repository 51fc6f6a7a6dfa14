package io.labelstream.serde.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.ExistingField;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.ResultEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Output format {@code enrich}: the message's own JSON object with one field more, directly before
 * the brace that closes it. Nothing is written anew: every other byte stays, be it a byte order
 * mark, white space, the form of a number or an escape, the order of the fields or one that comes
 * twice. Used by one thread.
 */
public final class JsonEnricher implements ResultEncoder {

    private static final byte[] NOTHING = {};

    private final StrictJson json = new StrictJson();
    private final EventJson events = new EventJson();
    private final String field;
    private final ExistingField existingField;

    /** What stands before the added value where the object is empty, and where it is not. */
    private final byte[] firstName;

    private final byte[] furtherName;

    /**
     * Bytes to replace, and what goes there before the classification.
     *
     * @param to behind the last of them; {@code from} for none
     */
    private record Place(int from, int to, byte[] before) {}

    /**
     * Makes an encoder.
     *
     * @param field the name of the added field, without escapes
     */
    public JsonEnricher(String field, ExistingField existingField) {
        this.field = field;
        this.existingField = existingField;
        String name = new String(JsonStringEncoder.getInstance().quoteAsString(field));
        this.firstName = ("\"" + name + "\":").getBytes(StandardCharsets.UTF_8);
        this.furtherName = (",\"" + name + "\":").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] value(RawMessage message, LabelledEvent event) throws RefusedMessageException {
        byte[] value = message.value();
        Place place = place(value);
        byte[] classification = events.bytes(out -> write(out, event));
        int size =
                value.length
                        - (place.to() - place.from())
                        + place.before().length
                        + classification.length;
        return ByteBuffer.allocate(size)
                .put(value, 0, place.from())
                .put(place.before())
                .put(classification)
                .put(value, place.to(), value.length - place.to())
                .array();
    }

    /**
     * Where the classification goes.
     *
     * @throws RefusedMessageException {@code FIELD_EXISTS} where it must not go, {@code PARSE} if
     *     the value is no object
     */
    private Place place(byte[] value) throws RefusedMessageException {
        try (JsonParser parser = json.open(value)) {
            JsonToken root = parser.nextToken();
            if (root != JsonToken.START_OBJECT) {
                throw StrictJson.notAnObject(root);
            }
            return place(parser, StrictJson.start(value));
        } catch (IOException | RuntimeException e) {
            throw StrictJson.refused(e);
        }
    }

    /** Names are compared without their escapes, as readers do. */
    private Place place(JsonParser parser, int start) throws IOException, RefusedMessageException {
        Place existing = null;
        boolean empty = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            empty = false;
            boolean exists = parser.currentName().equals(field);
            if (exists && existingField == ExistingField.DEAD_LETTER) {
                throw new RefusedMessageException(
                        Reason.FIELD_EXISTS,
                        "the object has a field %s already; output.enrich-field sets another name, output.existing-field overwrites it"
                                .formatted(field));
            }
            parser.nextToken();
            if (exists) {
                existing = valuePlace(parser, start);
            } else {
                parser.skipChildren();
            }
        }
        if (existing != null) {
            return existing;
        }
        int brace = start + (int) parser.currentTokenLocation().getByteOffset();
        return new Place(brace, brace, empty ? firstName : furtherName);
    }

    private static Place valuePlace(JsonParser parser, int start) throws IOException {
        int from = start + (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        // A string is read to its end only when it is asked for.
        parser.finishToken();
        int to = start + (int) parser.currentLocation().getByteOffset();
        return new Place(from, to, NOTHING);
    }

    private static void write(JsonGenerator out, LabelledEvent event) throws IOException {
        out.writeStartObject();
        EventJson.writeVerdict(out, event);
        if (!event.attention().isEmpty()) {
            out.writeFieldName("attention");
            EventJson.writeAttention(out, event.attention());
        }
        out.writeBooleanField("truncated", event.truncated());
        EventJson.writeSource(out, event.source());
        out.writeNumberField("timestamp", event.timestamp());
        EventJson.writeModel(out, event.model());
        out.writeEndObject();
    }
}
