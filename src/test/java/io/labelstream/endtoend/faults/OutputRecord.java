package io.labelstream.endtoend.faults;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.labelstream.serde.DeadLetterSerializationSchema;
import io.labelstream.serde.SourcePosition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A result or a dead letter, as a reader saw it. Two are equal if all of it is.
 *
 * @param position where it stands
 * @param source where the message stood that it came from, as the job says
 * @param producer header of the message that names its feed; empty if there is none
 * @param partition header of the message that says where it was sent; -1 if there is none
 * @param seq header of the message that numbers it; -1 if there is none
 * @param text what a result says was classified; empty for a dead letter
 * @param label of a result; empty for a dead letter
 * @param scoreBits bits of a result's score, a float; 0 for a dead letter
 * @param reason code of a dead letter; empty for a result
 */
record OutputRecord(
        SourcePosition position,
        SourcePosition source,
        Kind kind,
        String producer,
        int partition,
        long seq,
        String text,
        String label,
        int scoreBits,
        String reason) {

    /** Which of the two it is. */
    enum Kind {
        RESULT,
        DEAD_LETTER
    }

    /** Keeps each digit of a score: by way of a double, its last bit could change. */
    private static final ObjectReader JSON =
            new ObjectMapper().reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /**
     * Takes what matters out of a record; texts and names are shared among records.
     *
     * @throws IllegalStateException if it is neither a dead letter nor a result in JSON
     */
    static OutputRecord of(ConsumerRecord<byte[], byte[]> record) {
        SourcePosition position =
                new SourcePosition(record.topic().intern(), record.partition(), record.offset());
        String reason = header(record, DeadLetterSerializationSchema.Header.REASON, "");
        return reason.isEmpty() ? result(position, record) : deadLetter(position, record, reason);
    }

    private static OutputRecord result(
            SourcePosition position, ConsumerRecord<byte[], byte[]> record) {
        JsonNode event = event(position, record.value());
        JsonNode source = event.path("source");
        return new OutputRecord(
                position,
                new SourcePosition(
                        source.path("topic").asText().intern(),
                        source.path("partition").asInt(-1),
                        source.path("offset").asLong(-1)),
                Kind.RESULT,
                header(record, LoadFeed.PRODUCER, ""),
                Integer.parseInt(header(record, LoadFeed.PARTITION, "-1")),
                Long.parseLong(header(record, LoadFeed.SEQ, "-1")),
                event.path("text").asText().intern(),
                event.path("label").asText().intern(),
                Float.floatToIntBits(event.path("score").floatValue()),
                "");
    }

    private static OutputRecord deadLetter(
            SourcePosition position, ConsumerRecord<byte[], byte[]> record, String reason) {
        return new OutputRecord(
                position,
                new SourcePosition(
                        header(record, DeadLetterSerializationSchema.Header.SOURCE_TOPIC, ""),
                        Integer.parseInt(
                                header(
                                        record,
                                        DeadLetterSerializationSchema.Header.SOURCE_PARTITION,
                                        "-1")),
                        Long.parseLong(
                                header(
                                        record,
                                        DeadLetterSerializationSchema.Header.SOURCE_OFFSET,
                                        "-1"))),
                Kind.DEAD_LETTER,
                header(record, LoadFeed.PRODUCER, ""),
                Integer.parseInt(header(record, LoadFeed.PARTITION, "-1")),
                Long.parseLong(header(record, LoadFeed.SEQ, "-1")),
                "",
                "",
                0,
                reason);
    }

    private static JsonNode event(SourcePosition position, byte[] value) {
        if (value == null) {
            throw new IllegalStateException(
                    "%s has no value, expected a result in JSON or a dead letter with a reason"
                            .formatted(position));
        }
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "%s is no JSON, expected a result (output.format: json) or a dead letter with a reason"
                            .formatted(position),
                    e);
        }
    }

    private static String header(
            ConsumerRecord<byte[], byte[]> record, String name, String otherwise) {
        Header header = record.headers().lastHeader(name);
        return header == null
                ? otherwise
                : new String(header.value(), StandardCharsets.UTF_8).intern();
    }

    /** Without its text. */
    @Override
    public String toString() {
        return "%s (%s of %s, %s %d of partition %d)"
                .formatted(
                        position,
                        kind == Kind.RESULT ? "result" : "dead letter " + reason,
                        source,
                        producer,
                        seq,
                        partition);
    }
}
