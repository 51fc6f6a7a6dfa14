package io.labelstream.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.avro.LabelScore;
import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.ModelIdentity;
import io.labelstream.serde.SourcePosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AvroEventEncoderTest {

    private static final ModelIdentity MODEL = new ModelIdentity("sentiment-en", "1", "abc");

    private static Stream<LabelledEvent> events() {
        return Stream.of(
                event("id-1", 2, 77, 1_700_000_000_123L, "a text", "", 2, true, 1),
                event("", 0, 0, 0, "", "", 0, false, 0),
                event(
                        "",
                        1,
                        Long.MAX_VALUE,
                        -1,
                        "l'\u00E9t\u00E9 \u597D\n\uD83D\uDE00",
                        "b",
                        1,
                        false,
                        3),
                event(
                        "x".repeat(63),
                        64,
                        8191,
                        Long.MIN_VALUE,
                        "x".repeat(64),
                        "y".repeat(8192),
                        200,
                        true,
                        0),
                // Longer than the memory that is there at first, many times.
                event(
                        "i",
                        Integer.MAX_VALUE,
                        1,
                        1,
                        "\u00E9".repeat(700_000),
                        "",
                        5000,
                        false,
                        5000));
    }

    @ParameterizedTest
    @MethodSource("events")
    void writesTheBytesThatAvroWrites(LabelledEvent event) throws IOException {
        assertThat(Arrays.equals(new AvroEventEncoder().encode(event), avro(generated(event))))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("events")
    void plainAvroReadsWhatWasMeant(LabelledEvent event) throws IOException {
        byte[] bytes = new AvroEventEncoder().encode(event);
        Schema schema = io.labelstream.avro.LabelledEvent.getClassSchema();

        GenericRecord read =
                new GenericDatumReader<GenericRecord>(schema)
                        .read(null, DecoderFactory.get().binaryDecoder(bytes, null));

        assertThat(GenericData.get().compare(read, generated(event), schema)).isZero();
        assertThat(read.get("score")).isEqualTo(event.score());
        assertThat(read.get("text").toString().equals(event.text())).isTrue();
        assertThat((Collection<?>) read.get("attention")).hasSameSizeAs(event.attention());
    }

    @Test
    void encoderCanBeUsedAgain() {
        AvroEventEncoder encoder = new AvroEventEncoder();
        List<LabelledEvent> events = events().toList();
        byte[] first = encoder.encode(events.get(0));
        events.forEach(encoder::encode);

        assertThat(encoder.encode(events.get(0))).isEqualTo(first);
    }

    @Test
    void prefixStandsBeforeEachEvent() {
        AvroEventEncoder encoder = new AvroEventEncoder(new byte[] {0, 1, 2});
        LabelledEvent event = events().findFirst().orElseThrow();
        byte[] plain = new AvroEventEncoder().encode(event);

        for (int i = 0; i < 2; i++) {
            byte[] bytes = encoder.encode(event);
            assertThat(bytes).startsWith(0, 1, 2);
            assertThat(Arrays.copyOfRange(bytes, 3, bytes.length)).isEqualTo(plain);
        }
    }

    @Test
    void eventOfNoStreamHasNoAvroForm() {
        LabelledEvent event =
                new LabelledEvent(
                        "", null, 0, "t", "", "a", 1, List.of(), false, List.of(), false, MODEL);

        assertThatThrownBy(() -> new AvroEventEncoder().encode(event))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("an event in Avro has a source");
    }

    private static LabelledEvent event(
            String id,
            int partition,
            long offset,
            long timestamp,
            String text,
            String pair,
            int labels,
            boolean truncated,
            int words) {
        return new LabelledEvent(
                id,
                new SourcePosition("reviews", partition, offset),
                timestamp,
                text,
                pair,
                "positive",
                1f / 3,
                IntStream.range(0, labels)
                        .mapToObj(i -> new io.labelstream.serde.LabelScore("label-" + i, -i / 7f))
                        .toList(),
                labels == 0,
                IntStream.range(0, words)
                        .mapToObj(i -> new AttendedWord("w\u00F6rd", i, i + 4, 1f / words))
                        .toList(),
                truncated,
                MODEL);
    }

    private static io.labelstream.avro.LabelledEvent generated(LabelledEvent event) {
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
                                .map(l -> new LabelScore(new Utf8(l.label()), l.score()))
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

    private static byte[] avro(io.labelstream.avro.LabelledEvent event) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(io.labelstream.avro.LabelledEvent.class).write(event, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
