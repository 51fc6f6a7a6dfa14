package io.labelstream.serde;

import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Hands results to Kafka as they are. */
public final class OutputMessageSerializationSchema
        implements KafkaRecordSerializationSchema<OutputMessage> {
    private static final long serialVersionUID = 1L;

    private final String topic;

    public OutputMessageSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            OutputMessage message, KafkaSinkContext context, Long timestamp) {
        return new ProducerRecord<>(
                topic,
                message.partition() < 0 ? null : message.partition(),
                message.timestamp() < 0 ? null : message.timestamp(),
                message.key(),
                message.value(),
                KafkaHeaders.of(message.headers()));
    }
}
