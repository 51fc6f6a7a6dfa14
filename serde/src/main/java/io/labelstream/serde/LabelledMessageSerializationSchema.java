package io.labelstream.serde;

import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes labelled events under the key, headers and timestamp of the message they came from. */
public final class LabelledMessageSerializationSchema
        implements KafkaRecordSerializationSchema<LabelledMessage> {
    private static final long serialVersionUID = 1L;

    private final String topic;
    private final OutputFormat format;
    private final boolean keepPartition;
    private transient EventEncoder encoder;

    /**
     * Makes a schema.
     *
     * @param keepPartition whether a result goes to the partition that its message had; else the
     *     key decides, as Kafka's producers do it
     */
    public LabelledMessageSerializationSchema(
            String topic, OutputFormat format, boolean keepPartition) {
        this.topic = topic;
        this.format = format;
        this.keepPartition = keepPartition;
    }

    @Override
    public void open(
            SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
        encoder = format.encoder();
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            LabelledMessage labelled, KafkaSinkContext context, Long timestamp) {
        RawMessage message = labelled.message();
        return new ProducerRecord<>(
                topic,
                keepPartition ? message.partition() : null,
                KafkaMessages.timestamp(message),
                message.key(),
                encoder.encode(labelled.event()),
                KafkaMessages.headers(message));
    }
}
