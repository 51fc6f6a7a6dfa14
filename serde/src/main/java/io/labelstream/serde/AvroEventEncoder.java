package io.labelstream.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.util.Utf8;

/** Output format {@code avro}: a {@code LabelledEvent} in Avro's binary form, without a header. */
public final class AvroEventEncoder implements EventEncoder {

    private final SpecificDatumWriter<io.labelstream.avro.LabelledEvent> writer =
            new SpecificDatumWriter<>(io.labelstream.avro.LabelledEvent.class);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private BinaryEncoder encoder;

    @Override
    public byte[] encode(LabelledEvent event) {
        bytes.reset();
        encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
        try {
            writer.write(avro(event), encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static io.labelstream.avro.LabelledEvent avro(LabelledEvent event) {
        return io.labelstream.avro.LabelledEvent.newBuilder()
                .setId(optional(event.id()))
                .setSource(
                        new io.labelstream.avro.SourcePosition(
                                new Utf8(event.source().topic()),
                                event.source().partition(),
                                event.source().offset()))
                .setTimestamp(event.timestamp())
                .setText(new Utf8(event.text()))
                .setTextPair(optional(event.textPair()))
                .setLabel(new Utf8(event.label()))
                .setScore(event.score())
                .setLabels(
                        event.labels().stream()
                                .map(
                                        label ->
                                                new io.labelstream.avro.LabelScore(
                                                        new Utf8(label.label()), label.score()))
                                .toList())
                .setOutOfScope(event.outOfScope())
                .setAttention(
                        event.attention().stream()
                                .map(
                                        word ->
                                                new io.labelstream.avro.AttendedWord(
                                                        new Utf8(word.word()),
                                                        word.start(),
                                                        word.end(),
                                                        word.weight()))
                                .toList())
                .setTruncated(event.truncated())
                .setModel(
                        new io.labelstream.avro.ModelIdentity(
                                new Utf8(event.model().name()),
                                new Utf8(event.model().version()),
                                new Utf8(event.model().digest())))
                .build();
    }

    private static Utf8 optional(String text) {
        return text.isEmpty() ? null : new Utf8(text);
    }
}
