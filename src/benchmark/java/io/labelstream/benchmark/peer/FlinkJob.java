package io.labelstream.benchmark.peer;

import io.labelstream.benchmark.Workload;
import io.labelstream.cli.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * What the peers that are Flink jobs share, with each other and with Labelstream: the cluster, its
 * settings, source and sink. They differ in what is between.
 */
final class FlinkJob {

    private static final Duration LOOK = Duration.ofMillis(500);

    /** Longer than any pause between two checkpoints, shorter than what a broker allows. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(15);

    private FlinkJob() {}

    /**
     * Runs a job until it fails.
     *
     * @param labelling makes results, as JSON, of texts
     */
    static void run(
            Workload workload, Function<DataStream<SourceText>, DataStream<byte[]>> labelling)
            throws Exception {
        Path temporary = Path.of(workload.temporaryFolder());
        Configuration settings = settings(workload, temporary);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(settings);
        DataStream<SourceText> texts =
                environment.fromSource(
                        source(workload), WatermarkStrategy.noWatermarks(), "kafka-source");
        labelling.apply(texts).sinkTo(sink(workload));
        try (LocalCluster cluster = LocalCluster.start(settings, workload.slots(), temporary)) {
            cluster.submit(environment);
            while (!cluster.status().isGloballyTerminalState()) {
                Thread.sleep(LOOK.toMillis());
            }
            throw new IllegalStateException(
                    "The job is %s: %s"
                            .formatted(
                                    cluster.status(),
                                    cluster.failure().orElse("no reason is known")));
        }
    }

    private static Configuration settings(Workload workload, Path temporary) {
        Configuration settings = new Configuration();
        settings.set(PipelineOptions.NAME, workload.runId());
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(CoreOptions.DEFAULT_PARALLELISM, workload.slots());
        settings.set(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.EXACTLY_ONCE);
        settings.set(
                CheckpointingOptions.CHECKPOINTING_INTERVAL,
                Duration.ofMillis(workload.checkpointMillis()));
        settings.set(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 1);
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                temporary.resolve("checkpoints").toUri().toString());
        // A failure ends the measurement: a restart would only look slow.
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY,
                RestartStrategyOptions.RestartStrategyType.NO_RESTART_STRATEGY.getMainValue());
        return settings;
    }

    private static KafkaSource<SourceText> source(Workload workload) {
        return KafkaSource.<SourceText>builder()
                .setBootstrapServers(workload.bootstrapServers())
                .setTopics(workload.inputTopic())
                .setGroupId(workload.runId())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setProperty("isolation.level", "read_committed")
                .setDeserializer(new SourceTextDeserializationSchema())
                .build();
    }

    private static KafkaSink<byte[]> sink(Workload workload) {
        return KafkaSink.<byte[]>builder()
                .setBootstrapServers(workload.bootstrapServers())
                .setRecordSerializer(
                        KafkaRecordSerializationSchema.<byte[]>builder()
                                .setTopic(workload.outputTopic())
                                .setValueSerializationSchema(new ResultSerializationSchema())
                                .build())
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(workload.runId())
                .setProperty(
                        "transaction.timeout.ms", Long.toString(TRANSACTION_TIMEOUT.toMillis()))
                .setProperty(ProducerConfig.LINGER_MS_CONFIG, ResultBatches.LINGER_MS)
                .setProperty(ProducerConfig.BATCH_SIZE_CONFIG, ResultBatches.BATCH_SIZE)
                .build();
    }

    /** Results are bytes already. A class, as Flink cannot tell a lambda's type. */
    private static final class ResultSerializationSchema implements SerializationSchema<byte[]> {
        private static final long serialVersionUID = 1L;

        @Override
        public byte[] serialize(byte[] result) {
            return result;
        }
    }
}
