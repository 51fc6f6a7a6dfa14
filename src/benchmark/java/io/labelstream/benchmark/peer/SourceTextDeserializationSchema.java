package io.labelstream.benchmark.peer;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads a message as a text, with its position. */
final class SourceTextDeserializationSchema
        implements KafkaRecordDeserializationSchema<SourceText> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> message, Collector<SourceText> out) {
        out.collect(SourceText.of(message));
    }

    @Override
    public TypeInformation<SourceText> getProducedType() {
        return TypeInformation.of(SourceText.class);
    }
}
