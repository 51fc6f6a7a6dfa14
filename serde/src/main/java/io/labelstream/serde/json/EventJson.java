package io.labelstream.serde.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.LabelScore;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.ModelIdentity;
import io.labelstream.serde.SourcePosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Parts of an event in JSON, the same in every format that has them. Used by one thread. */
public final class EventJson {

    /** Writes one value. */
    interface Value {
        void writeTo(JsonGenerator out) throws IOException;
    }

    private static final int INITIAL_BYTES = 512;

    /** A buffer that grew beyond this is let go, or one huge event would keep its memory. */
    private static final int MAX_KEPT_BYTES = 1024 * 1024;

    private final JsonFactory json = new JsonFactory();
    private ByteArrayOutputStream bytes = new ByteArrayOutputStream(INITIAL_BYTES);

    /** Labels as an array of objects with label and score, in UTF-8. */
    public byte[] labels(List<LabelScore> labels) {
        return bytes(out -> writeLabels(out, labels));
    }

    /** Words as an array of objects with word, start, end and weight, in UTF-8. */
    public byte[] attention(List<AttendedWord> words) {
        return bytes(out -> writeAttention(out, words));
    }

    /** A value in UTF-8. */
    byte[] bytes(Value value) {
        bytes.reset();
        try (JsonGenerator out = json.createGenerator(bytes)) {
            value.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        byte[] written = bytes.toByteArray();
        if (written.length > MAX_KEPT_BYTES) {
            bytes = new ByteArrayOutputStream(INITIAL_BYTES);
        }
        return written;
    }

    /** The fields {@code label}, {@code score}, {@code labels} and {@code outOfScope}. */
    static void writeVerdict(JsonGenerator out, LabelledEvent event) throws IOException {
        out.writeStringField("label", event.label());
        out.writeNumberField("score", event.score());
        out.writeFieldName("labels");
        writeLabels(out, event.labels());
        out.writeBooleanField("outOfScope", event.outOfScope());
    }

    /** The array alone. */
    static void writeLabels(JsonGenerator out, List<LabelScore> labels) throws IOException {
        out.writeStartArray();
        for (LabelScore label : labels) {
            out.writeStartObject();
            out.writeStringField("label", label.label());
            out.writeNumberField("score", label.score());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** The array alone. */
    static void writeAttention(JsonGenerator out, List<AttendedWord> words) throws IOException {
        out.writeStartArray();
        for (AttendedWord word : words) {
            out.writeStartObject();
            out.writeStringField("word", word.word());
            out.writeNumberField("start", word.start());
            out.writeNumberField("end", word.end());
            out.writeNumberField("weight", word.weight());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** The field {@code source}, unless there is none. */
    static void writeSource(JsonGenerator out, SourcePosition source) throws IOException {
        if (source != null) {
            out.writeObjectFieldStart("source");
            out.writeStringField("topic", source.topic());
            out.writeNumberField("partition", source.partition());
            out.writeNumberField("offset", source.offset());
            out.writeEndObject();
        }
    }

    /** The field {@code model}. */
    static void writeModel(JsonGenerator out, ModelIdentity model) throws IOException {
        out.writeObjectFieldStart("model");
        out.writeStringField("name", model.name());
        out.writeStringField("version", model.version());
        out.writeStringField("digest", model.digest());
        out.writeEndObject();
    }
}
