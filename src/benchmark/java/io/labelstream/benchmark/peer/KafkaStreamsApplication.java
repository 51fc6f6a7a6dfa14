package io.labelstream.benchmark.peer;

import io.labelstream.benchmark.Contender;
import io.labelstream.benchmark.Workload;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Kafka Streams with {@code exactly_once_v2}: as many stream threads as slots, each with a session.
 * What most would write, a text a call; and, as a call sees one text only, batches gathered in a
 * state store, see {@link BatchProcessor}.
 */
public final class KafkaStreamsApplication implements Contender {

    static final String BATCH = "batch";

    @Override
    public String name() {
        return "kafka-streams";
    }

    /** How many texts a run has; 1 without a store. */
    @Override
    public List<Map<String, String>> sweep() {
        return Stream.of("1", "16").map(rows -> Map.of(BATCH, rows)).toList();
    }

    @Override
    public void run(Workload workload, Map<String, String> settings) throws Exception {
        // Tasks share the session of the thread that runs them; it goes with the process.
        ThreadLocal<SlotModel> models =
                ThreadLocal.withInitial(
                        () -> SlotModel.open(workload.bundlePath(), workload.modelFile()));
        CompletableFuture<Void> failed = new CompletableFuture<>();
        try (KafkaStreams streams =
                new KafkaStreams(
                        topology(workload, Integer.parseInt(settings.get(BATCH)), models::get),
                        properties(workload))) {
            streams.setUncaughtExceptionHandler(
                    e -> {
                        failed.completeExceptionally(e);
                        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
                    });
            streams.start();
            failed.get();
        }
    }

    private static Topology topology(Workload workload, int batch, Supplier<SlotModel> models) {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<byte[], String> texts =
                builder.stream(
                        workload.inputTopic(), Consumed.with(Serdes.ByteArray(), Serdes.String()));
        KStream<byte[], byte[]> results =
                batch == 1
                        ? texts.processValues(() -> new SingleProcessor(models))
                        : texts.process(new BatchProcessor.Factory(models, batch));
        results.to(workload.outputTopic(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        return builder.build();
    }

    private static Properties properties(Workload workload) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, workload.runId());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, workload.bootstrapServers());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, workload.checkpointMillis());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, workload.slots());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, workload.temporaryFolder());
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                ResultBatches.LINGER_MS);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG),
                ResultBatches.BATCH_SIZE);
        return properties;
    }
}
