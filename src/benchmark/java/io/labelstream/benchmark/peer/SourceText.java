package io.labelstream.benchmark.peer;

import io.labelstream.serde.SourcePosition;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * A text, and where it was read.
 *
 * @param timestamp the Kafka timestamp of the message, in milliseconds
 */
public record SourceText(String topic, int partition, long offset, long timestamp, String text) {

    static SourceText of(ConsumerRecord<byte[], byte[]> message) {
        return new SourceText(
                message.topic(),
                message.partition(),
                message.offset(),
                message.timestamp(),
                new String(message.value(), StandardCharsets.UTF_8));
    }

    static SourceText of(RecordMetadata position, long timestamp, String text) {
        return new SourceText(
                position.topic(), position.partition(), position.offset(), timestamp, text);
    }

    SourcePosition position() {
        return new SourcePosition(topic, partition, offset);
    }

    /** Says sizes only. */
    @Override
    public String toString() {
        return "SourceText[" + position() + ", characters=" + text.length() + "]";
    }
}
