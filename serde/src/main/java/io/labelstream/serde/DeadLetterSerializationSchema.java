package io.labelstream.serde;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Writes dead letters: key, value, headers and timestamp are those of the message; what happened
 * stands in further headers {@code labelstream.*}. A value above {@code maxBytes}, which the broker
 * might refuse, becomes null, with its size and sha256 in headers.
 */
public final class DeadLetterSerializationSchema
        implements KafkaRecordSerializationSchema<DeadLetter> {
    private static final long serialVersionUID = 1L;
    private static final String PREFIX = "labelstream.";

    /** Kafka's 1 MiB a record, less what we add. */
    private static final long BROKER_LIMIT = 1_000_000;

    private final String topic;
    private final int maxBytes;

    public DeadLetterSerializationSchema(String topic, int maxBytes) {
        this.topic = topic;
        this.maxBytes = maxBytes;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            DeadLetter letter, KafkaSinkContext context, Long timestamp) {
        RawMessage message = letter.message();
        Headers headers = KafkaMessages.headers(message);
        add(headers, "source.topic", message.topic());
        add(headers, "source.partition", Integer.toString(message.partition()));
        add(headers, "source.offset", Long.toString(message.offset()));
        add(headers, "stage", letter.stage().name().toLowerCase(Locale.ROOT));
        add(headers, "reason", letter.reason().name());
        add(headers, "message", letter.detail());
        add(headers, "attempts", Integer.toString(letter.attempts()));
        add(headers, "model", letter.model());
        byte[] value = message.value();
        if (value != null && value.length > room(message)) {
            add(headers, "payload.bytes", Integer.toString(value.length));
            add(headers, "payload.sha256", sha256(value));
            value = null;
        }
        return new ProducerRecord<>(
                topic, null, KafkaMessages.timestamp(message), message.key(), value, headers);
    }

    /** Bytes that a value may have: key and headers count for the broker as well. */
    private long room(RawMessage message) {
        long others = message.key() == null ? 0 : message.key().length;
        for (MessageHeader header : message.headers()) {
            others += header.value() == null ? 0 : header.value().length;
        }
        return Math.min(maxBytes, Math.max(0, BROKER_LIMIT - others));
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(PREFIX + name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(byte[] value) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
