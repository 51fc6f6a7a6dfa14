package io.labelstream.cli;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetterSerializationSchema;
import io.labelstream.serde.DeadLetterSettings;
import io.labelstream.serde.MessageHeader;
import io.labelstream.serde.RawMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;

/** Dead letters, written as the job writes them. */
final class DeadLetters {

    /** An hour ago: to be told from the present, and not yet past a topic's retention. */
    static final long TIMESTAMP = System.currentTimeMillis() - Duration.ofHours(1).toMillis();

    private static final int MAX_BYTES = 1024 * 1024;

    private DeadLetters() {}

    /** A message that was read from {@code in-1@5}. */
    static RawMessage message(byte[] key, byte[] value, MessageHeader... headers) {
        return message("in", 1, 5, key, value, headers);
    }

    static RawMessage message(
            String topic,
            int partition,
            long offset,
            byte[] key,
            byte[] value,
            MessageHeader... headers) {
        return new RawMessage(topic, partition, offset, TIMESTAMP, key, value, List.of(headers));
    }

    /** A dead letter that holds its message whole, for the topic {@code dead}. */
    static ProducerRecord<byte[], byte[]> letter(RawMessage message, DeadLetter.Reason reason) {
        return letter("dead", message, reason, DeadLetterSettings.Payload.FULL, MAX_BYTES);
    }

    static ProducerRecord<byte[], byte[]> letter(
            String topic,
            RawMessage message,
            DeadLetter.Reason reason,
            DeadLetterSettings.Payload payload,
            int maxBytes) {
        DeadLetterSettings settings =
                new DeadLetterSettings(topic, payload, maxBytes, Duration.ofHours(1), null);
        return new DeadLetterSerializationSchema(settings)
                .serialize(
                        new DeadLetter(
                                message,
                                DeadLetter.Stage.DECODE,
                                reason,
                                "not what it should be",
                                0,
                                "tiny"),
                        null,
                        null);
    }

    /** The same as somebody reads it from {@code dead-2@17}. */
    static ConsumerRecord<byte[], byte[]> read(ProducerRecord<byte[], byte[]> letter) {
        return new ConsumerRecord<>(
                letter.topic(),
                2,
                17,
                letter.timestamp() == null ? 0 : letter.timestamp(),
                TimestampType.CREATE_TIME,
                0,
                0,
                letter.key(),
                letter.value(),
                letter.headers(),
                Optional.empty());
    }

    static MessageHeader header(String name, String value) {
        return new MessageHeader(name, value == null ? null : bytes(value));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Headers as {@code name=value}, in their order; the name alone where the value is null. */
    static List<String> written(Headers headers) {
        List<String> written = new ArrayList<>();
        headers.forEach(
                header ->
                        written.add(
                                header.value() == null
                                        ? header.key()
                                        : header.key()
                                                + "="
                                                + new String(
                                                        header.value(), StandardCharsets.UTF_8)));
        return written;
    }
}
