package io.labelstream.serde.avro;

import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.EventEncoder;
import io.labelstream.serde.LabelScore;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.ModelIdentity;
import io.labelstream.serde.SourcePosition;
import java.util.List;
import java.util.Objects;

/**
 * Output format {@code avro}: a {@code LabelledEvent} in Avro's binary form, without a header.
 *
 * <p>The fields are written one by one in the order of {@code labelled-event.avsc}, for the
 * generated classes would first build the event a second time; a test holds the bytes against
 * theirs. For one thread.
 */
public final class AvroEventEncoder implements EventEncoder {

    private static final byte[] NO_PREFIX = {};

    /** Branches of a union of null and string. */
    private static final int NULL = 0;

    private static final int STRING = 1;

    private final byte[] prefix;
    private final AvroBuffer out = new AvroBuffer();

    public AvroEventEncoder() {
        this(NO_PREFIX);
    }

    /**
     * An encoder for a frame.
     *
     * @param prefix what stands before each event
     */
    public AvroEventEncoder(byte[] prefix) {
        this.prefix = prefix.clone();
    }

    /**
     * Encodes an event.
     *
     * @throws NullPointerException if the event is of no stream, so it has no source
     */
    @Override
    public byte[] encode(LabelledEvent event) {
        out.clear();
        out.writeRaw(prefix);
        writeOptional(event.id());
        writeSource(Objects.requireNonNull(event.source(), "an event in Avro has a source"));
        out.writeLong(event.timestamp());
        out.writeString(event.text());
        writeOptional(event.textPair());
        out.writeString(event.label());
        out.writeFloat(event.score());
        writeLabels(event.labels());
        out.writeBoolean(event.outOfScope());
        writeAttention(event.attention());
        out.writeBoolean(event.truncated());
        writeModel(event.model());
        return out.toByteArray();
    }

    private void writeOptional(String text) {
        if (text.isEmpty()) {
            out.writeLong(NULL);
        } else {
            out.writeLong(STRING);
            out.writeString(text);
        }
    }

    private void writeSource(SourcePosition source) {
        out.writeString(source.topic());
        out.writeLong(source.partition());
        out.writeLong(source.offset());
    }

    private void writeLabels(List<LabelScore> labels) {
        beginArray(labels);
        for (LabelScore label : labels) {
            out.writeString(label.label());
            out.writeFloat(label.score());
        }
        endArray();
    }

    private void writeAttention(List<AttendedWord> words) {
        beginArray(words);
        for (AttendedWord word : words) {
            out.writeString(word.word());
            out.writeLong(word.start());
            out.writeLong(word.end());
            out.writeFloat(word.weight());
        }
        endArray();
    }

    private void writeModel(ModelIdentity model) {
        out.writeString(model.name());
        out.writeString(model.version());
        out.writeString(model.digest());
    }

    /** One block of all items, which an empty array does not have. */
    private void beginArray(List<?> items) {
        if (!items.isEmpty()) {
            out.writeLong(items.size());
        }
    }

    private void endArray() {
        out.writeLong(0);
    }
}
