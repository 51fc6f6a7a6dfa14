package io.labelstream.serde;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Output format {@code json}: one object, fields as in the Avro schema; {@code id}, {@code source}
 * and {@code textPair} are left out where there is none.
 */
public final class JsonEventEncoder implements EventEncoder {

    private final JsonFactory json = new JsonFactory();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

    @Override
    public byte[] encode(LabelledEvent event) {
        bytes.reset();
        try (JsonGenerator out = json.createGenerator(bytes)) {
            out.writeStartObject();
            writeOptional(out, "id", event.id());
            writeSource(out, event.source());
            out.writeNumberField("timestamp", event.timestamp());
            out.writeStringField("text", event.text());
            writeOptional(out, "textPair", event.textPair());
            out.writeStringField("label", event.label());
            out.writeNumberField("score", event.score());
            out.writeArrayFieldStart("labels");
            for (LabelScore label : event.labels()) {
                out.writeStartObject();
                out.writeStringField("label", label.label());
                out.writeNumberField("score", label.score());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeBooleanField("outOfScope", event.outOfScope());
            out.writeArrayFieldStart("attention");
            for (AttendedWord word : event.attention()) {
                out.writeStartObject();
                out.writeStringField("word", word.word());
                out.writeNumberField("start", word.start());
                out.writeNumberField("end", word.end());
                out.writeNumberField("weight", word.weight());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeBooleanField("truncated", event.truncated());
            writeModel(out, event.model());
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void writeSource(JsonGenerator out, SourcePosition source) throws IOException {
        if (source != null) {
            out.writeObjectFieldStart("source");
            out.writeStringField("topic", source.topic());
            out.writeNumberField("partition", source.partition());
            out.writeNumberField("offset", source.offset());
            out.writeEndObject();
        }
    }

    private static void writeModel(JsonGenerator out, ModelIdentity model) throws IOException {
        out.writeObjectFieldStart("model");
        out.writeStringField("name", model.name());
        out.writeStringField("version", model.version());
        out.writeStringField("digest", model.digest());
        out.writeEndObject();
    }

    private static void writeOptional(JsonGenerator out, String field, String value)
            throws IOException {
        if (!value.isEmpty()) {
            out.writeStringField(field, value);
        }
    }
}
