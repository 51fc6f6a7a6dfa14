package io.labelstream.streaming;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetterSerializationSchema;
import io.labelstream.serde.OutputMessage;
import io.labelstream.serde.OutputMessageSerializationSchema;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.RawMessageDeserializationSchema;
import io.labelstream.serde.SourcePosition;
import io.labelstream.streaming.commit.AtLeastOnceSink;
import io.labelstream.streaming.commit.GuardedSink;
import io.labelstream.streaming.source.CommittedOffsets;
import io.labelstream.streaming.source.GuardedSource;
import io.labelstream.streaming.source.StartOffsets;
import java.util.Objects;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.util.function.SerializableFunction;

/** Where the dataflow begins and ends: the Kafka source and the two Kafka sinks of a job. */
public final class KafkaEnds {

    private KafkaEnds() {}

    /** Reads the input topics, committed messages only. */
    public static GuardedSource<RawMessage> source(JobConfig config) {
        Properties consumer = config.consumerProperties();
        KafkaSourceBuilder<RawMessage> builder =
                KafkaSource.<RawMessage>builder()
                        .setProperties(consumer)
                        .setGroupId(config.options().get(JobOptions.INPUT_GROUP_ID))
                        .setStartingOffsets(
                                new StartOffsets(start(config), config.missingMessages()))
                        .setDeserializer(new RawMessageDeserializationSchema());
        return new GuardedSource<>(
                (config.inputTopicPattern() == null
                                ? builder.setTopics(config.inputTopics())
                                : builder.setTopicPattern(config.inputTopicPattern()))
                        .build(),
                consumer);
    }

    private static OffsetsInitializer start(JobConfig config) {
        return switch (config.options().get(JobOptions.INPUT_START)) {
            case EARLIEST -> OffsetsInitializer.earliest();
            case LATEST -> OffsetsInitializer.latest();
            case COMMITTED -> new CommittedOffsets();
            case TIMESTAMP ->
                    OffsetsInitializer.timestamp(
                            config.options().get(JobOptions.INPUT_START_TIMESTAMP));
        };
    }

    /** Writes labelled events. */
    public static Sink<OutputMessage> resultSink(JobConfig config) {
        return sink(
                config,
                "-results",
                new OutputMessageSerializationSchema(config.outputTopic()),
                OutputMessage::source);
    }

    /** Writes dead letters, under the same guarantee. */
    public static Sink<DeadLetter> deadLetterSink(JobConfig config) {
        return sink(
                config,
                "-dead-letters",
                new DeadLetterSerializationSchema(config.deadLetters()),
                letter -> letter.message().position());
    }

    /** Each sink has a transactional id prefix of its own, or one would fence the other. */
    private static <T> Sink<T> sink(
            JobConfig config,
            String suffix,
            KafkaRecordSerializationSchema<T> serializer,
            SerializableFunction<T, SourcePosition> source) {
        Properties producer = config.producerProperties();
        // Without exactly-once the prefix may be missing; a savepoint's transactions have their
        // own ids.
        String prefix = Objects.requireNonNullElse(config.transactionalIdPrefix(), "") + suffix;
        KafkaSink<T> exactlyOnce =
                KafkaSink.<T>builder()
                        .setKafkaProducerConfig(producer)
                        .setRecordSerializer(serializer)
                        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                        .setTransactionalIdPrefix(prefix)
                        .setProperty(
                                "transaction.timeout.ms",
                                Long.toString(config.transactionTimeout().toMillis()))
                        .build();
        GuardedSink<T> guarded =
                new GuardedSink<>(exactlyOnce, producer, prefix, source, config.lostResults());
        if (config.exactlyOnce()) {
            return guarded;
        }
        KafkaSink<T> atLeastOnce =
                KafkaSink.<T>builder()
                        .setKafkaProducerConfig(producer)
                        .setRecordSerializer(serializer)
                        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                        .build();
        return new AtLeastOnceSink<>(atLeastOnce, source, guarded);
    }
}
