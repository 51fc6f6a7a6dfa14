package io.labelstream.serde.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.labelstream.serde.EventEncoder;
import io.labelstream.serde.LabelledEvent;
import java.io.IOException;

/**
 * Output format {@code json}: one object, fields as in the Avro schema; {@code id}, {@code source}
 * and {@code textPair} are left out where there is none.
 */
public final class JsonEventEncoder implements EventEncoder {

    private final EventJson json = new EventJson();

    @Override
    public byte[] encode(LabelledEvent event) {
        return json.bytes(out -> write(out, event));
    }

    private static void write(JsonGenerator out, LabelledEvent event) throws IOException {
        out.writeStartObject();
        writeOptional(out, "id", event.id());
        EventJson.writeSource(out, event.source());
        out.writeNumberField("timestamp", event.timestamp());
        out.writeStringField("text", event.text());
        writeOptional(out, "textPair", event.textPair());
        EventJson.writeVerdict(out, event);
        out.writeFieldName("attention");
        EventJson.writeAttention(out, event.attention());
        out.writeBooleanField("truncated", event.truncated());
        EventJson.writeModel(out, event.model());
        out.writeEndObject();
    }

    private static void writeOptional(JsonGenerator out, String field, String value)
            throws IOException {
        if (!value.isEmpty()) {
            out.writeStringField(field, value);
        }
    }
}
