package io.labelstream.serde;

import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Hands results to Kafka as they are. */
public final class OutputMessageSerializationSchema
        implements KafkaRecordSerializationSchema<OutputMessage> {
    private static final long serialVersionUID = 1L;

    private final String topic;
    private transient int partitions;

    public OutputMessageSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            OutputMessage message, KafkaSinkContext context, Long timestamp) {
        return new ProducerRecord<>(
                topic,
                partition(message, context),
                message.timestamp() < 0 ? null : message.timestamp(),
                message.key(),
                message.value(),
                KafkaHeaders.of(message.headers()));
    }

    /**
     * Null for the one that the key decides: also where the message's own was added to the input
     * after the start and the output has none of that number.
     */
    private Integer partition(OutputMessage message, KafkaSinkContext context) {
        if (message.partition() < 0) {
            return null;
        }
        if (message.partition() >= partitions) {
            partitions = context.getPartitionsForTopic(topic).length;
        }
        return message.partition() < partitions ? message.partition() : null;
    }
}
