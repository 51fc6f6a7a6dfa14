package io.labelstream.endtoend.faults.scenario;

import ai.onnxruntime.OrtSession;
import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.faults.PrivacyCheck;
import io.labelstream.inference.TinyBundle;
import io.labelstream.serde.RawMessage;
import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * The dataflow on slow texts, in a Flink cluster within this process: fails and is cancelled in
 * turn, each time while a run of the model is under way. Prints what the process takes of the
 * machine, near the beginning and at the end.
 */
final class CancelStormProgram {

    static final String BEFORE = "before: ";
    static final String AFTER = "after: ";

    /** Rounds after which all is loaded that ever will be. */
    private static final int WARM = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LONGEST_PAUSE_MILLIS = 200;

    private final MiniCluster cluster;
    private final JobConfig config;
    private final Configuration settings;

    private CancelStormProgram(MiniCluster cluster, JobConfig config, Configuration settings) {
        this.cluster = cluster;
        this.config = config;
        this.settings = settings;
    }

    /**
     * Runs it.
     *
     * @param args folder of a tiny bundle, URI of a folder for checkpoints, number of rounds, seed
     */
    @SuppressWarnings("SystemOut") // The scenario reads it.
    public static void main(String[] args) throws Exception {
        JobConfig config = JobConfig.of(settings(args[0], args[1]));
        Configuration settings = config.flinkConfiguration();
        settings.set(CoreOptions.TMP_DIRS, System.getProperty("java.io.tmpdir"));
        settings.set(RestOptions.BIND_PORT, "0");
        int rounds = Integer.parseInt(args[2]);
        Random random = new Random(Long.parseLong(args[3]));
        try (MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(settings)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(2)
                                .build())) {
            cluster.start();
            CancelStormProgram program = new CancelStormProgram(cluster, config, settings);
            for (int round = 0; round < rounds; round += 2) {
                if (round == WARM) {
                    System.out.println(BEFORE + Footprint.ofThisProcess());
                }
                program.failAndCancel(random);
            }
            System.out.println(AFTER + Footprint.ofThisProcess());
        }
        System.exit(0);
    }

    private static Map<String, String> settings(String model, String checkpoints) {
        Map<String, String> settings = new TreeMap<>();
        // Neither source nor sinks of Kafka are part of it.
        settings.put("kafka.bootstrap.servers", "localhost:9092");
        settings.put("input.topics", "in");
        settings.put("output.topic", "out");
        settings.put("output.transactional-id-prefix", "storm");
        settings.put("dead-letter.topic", "dead");
        settings.put("model.path", model);
        settings.put("job.parallelism", "2");
        settings.put("device.type", "cpu");
        settings.put("batch.max-rows", "4");
        settings.put("batch.capacity", "16");
        settings.put("checkpoint.interval", "500 ms");
        settings.put("checkpoint.directory", checkpoints);
        settings.put("flink.restart-strategy.exponential-delay.initial-backoff", "50 ms");
        settings.put("flink.restart-strategy.exponential-delay.max-backoff", "51 ms");
        return settings;
    }

    private void failAndCancel(Random random) throws Exception {
        JobID job = submit();
        List<Thread> running = awaitAnyMomentOfRuns(random);
        SlowMessages.FAIL.set(true);
        awaitEnd(running);
        running = awaitAnyMomentOfRuns(random);
        cluster.cancelJob(job).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        awaitEnd(running);
        JobStatus end =
                cluster.requestJobResult(job)
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .getJobStatus()
                        .orElseThrow();
        if (end != JobStatus.CANCELED) {
            throw new AssertionError("The job is %s, expected CANCELED".formatted(end));
        }
    }

    /** Waits for some moment at which a run is under way; the threads that run models then. */
    private static List<Thread> awaitAnyMomentOfRuns(Random random) {
        awaitRun();
        Pause.of(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)));
        awaitRun();
        List<Thread> threads = inferenceThreads();
        if (threads.isEmpty()) {
            throw new AssertionError("A run is under way, but in no thread that is known");
        }
        return threads;
    }

    private JobID submit() throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(settings);
        Topology.define(
                environment
                        .fromSequence(0, Long.MAX_VALUE - 1)
                        // So that a failure restarts all tasks, as one does with Kafka's sinks.
                        .rebalance()
                        .map(new SlowMessages()),
                config,
                results -> results.sinkTo(new DiscardingSink<>()),
                letters -> letters.sinkTo(new DiscardingSink<>()));
        return cluster.submitJob(environment.getStreamGraph().getJobGraph())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .getJobID();
    }

    private static List<Thread> inferenceThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("inference-"))
                .toList();
    }

    private static void awaitEnd(List<Thread> threads) {
        Waiting.until(
                () ->
                        "the threads of the last attempt end; these live: "
                                + threads.stream()
                                        .filter(Thread::isAlive)
                                        .map(Thread::getName)
                                        .collect(Collectors.joining(", ")),
                PATIENCE,
                () -> {
                    Pause.of(Duration.ofMillis(10));
                    return threads.stream().noneMatch(Thread::isAlive);
                });
    }

    private static void awaitRun() {
        Waiting.until(
                "a run is under way",
                PATIENCE,
                () -> {
                    Pause.of(Duration.ofMillis(10));
                    return Thread.getAllStackTraces().values().stream()
                            .flatMap(Arrays::stream)
                            .anyMatch(
                                    frame ->
                                            frame.isNativeMethod()
                                                    && frame.getClassName()
                                                            .equals(OrtSession.class.getName())
                                                    && frame.getMethodName().equals("run"));
                });
    }

    /** Texts that take some 50 ms each; fails where it is told to. */
    private static final class SlowMessages implements MapFunction<Long, RawMessage> {
        private static final long serialVersionUID = 1L;

        /** Whether the next message fails the job; then it is false again. */
        static final AtomicBoolean FAIL = new AtomicBoolean();

        private static final byte[] TEXT =
                (PrivacyCheck.TEXT_CANARY + (" " + TinyBundle.SLOW_WORD).repeat(12))
                        .getBytes(StandardCharsets.UTF_8);

        @Override
        public RawMessage map(Long number) throws IOException {
            if (FAIL.getAndSet(false)) {
                throw new IOException("The scenario asked for this failure");
            }
            return new RawMessage("in", 0, number, number, null, TEXT, List.of());
        }
    }
}
