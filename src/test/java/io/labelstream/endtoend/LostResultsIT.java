package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.cli.LocalCluster;
import io.labelstream.serde.RawMessage;
import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.KafkaEnds;
import io.labelstream.streaming.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Results that a checkpoint counted as done, and that Kafka gave up before they were committed: the
 * job ends and says which, each time it is started, until it is told to go on without them. What a
 * recovery only commits twice is told from it. And two jobs with one transactional id prefix.
 */
@Timeout(600)
class LostResultsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String TRANSACTION = "lost-results-0-2";
    private static final String LOST =
            "aborted by the broker; it holds the results of lost-in-0: 5 messages from offset 0 to 4, lost-in-1: 5 messages from offset 0 to 4.";
    private static final String LOST_MESSAGES = "result-sink__Committer.labelstream.lostMessages";
    private static final String ALREADY_COMMITTED =
            "result-sink__Committer.alreadyCommittedCommittables";
    private static final String CANARY = "Wonderful canary";

    @TempDir Path folder;

    private EmbeddedKafka kafka;
    private String servers;

    @BeforeEach
    void start() throws IOException {
        kafka = EmbeddedKafka.start();
        servers = kafka.bootstrapServers();
    }

    @AfterEach
    void stop() {
        kafka.close();
    }

    @Test
    void transactionThatExpiredBeforeItsCommitIsReportedWithItsSourcePositions() throws Exception {
        JobSettings settings =
                JobSettings.of(
                        servers,
                        "lost",
                        folder,
                        "checkpoint.timeout",
                        "5 s",
                        "output.transaction-timeout",
                        "10 s");
        settings.createTopics(2);

        Path checkpoint = loseResults(settings);

        Path config = settings.with("checkpoint.directory", folder + "/next").write(folder);
        String[] again = {"run", "--config", config.toString(), "--from", checkpoint.toString()};
        RunProcess failed = RunProcess.run(folder, folder, PATIENCE, again);
        assertThat(failed.exitCode()).as(failed.err()).isNotZero();
        assertThat(failed.err())
                .contains("The job failed: Results are lost: sink lost-results")
                .contains(LOST)
                .contains("output.lost-results")
                .doesNotContain("starts again:")
                .doesNotContain(CANARY);

        goOnWithout(settings, again);
    }

    /** Runs a job until a transaction has expired between its checkpoint and its commit. */
    private Path loseResults(JobSettings settings) throws Exception {
        JobConfig config = JobConfig.of(settings.all());
        try (LocalCluster cluster = startTestJob(config);
                OutputReader uncommitted = reader(settings, "read_uncommitted");
                Admin admin =
                        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers))) {
            HoldSnapshot.hold();
            try {
                send(settings, 0, 5);
                send(settings, 1, 5);
                Waiting.until(
                        "10 results are written", PATIENCE, () -> uncommitted.poll().count() == 10);
                cluster.beginCheckpoint();
                until("the checkpoint is held up", HoldSnapshot::isHolding);
                until("the transaction has expired", () -> hasExpired(admin));
            } finally {
                HoldSnapshot.release();
            }
            until("the job has ended", () -> cluster.status().isGloballyTerminalState());

            assertThat(cluster.status()).isEqualTo(JobStatus.FAILED);
            assertThat(cluster.failure().orElseThrow())
                    .startsWith("Results are lost: sink lost-results could not commit")
                    .contains(TRANSACTION + " (producer ")
                    .contains(LOST);
            return checkpoint(config, cluster, 2);
        }
    }

    /**
     * A job that takes checkpoints when the test says so, after the one that Flink takes as soon as
     * a job runs. Their timeout is long in place of a job that is stopped as a whole: then
     * checkpoints do not time out while transactions do.
     */
    private LocalCluster startTestJob(JobConfig config) throws IOException {
        Configuration flink = config.flinkConfiguration();
        flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1));
        flink.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofHours(1));
        LocalCluster cluster = LocalCluster.start(flink, 1, folder);
        cluster.submit(testJob(config, flink));
        until(
                "the first checkpoint is over",
                () -> Files.exists(checkpoint(config, cluster, 1).resolve("_metadata")));
        return cluster;
    }

    private static StreamExecutionEnvironment testJob(JobConfig config, Configuration flink) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(flink);
        DataStream<RawMessage> input =
                environment
                        .fromSource(
                                KafkaEnds.source(config),
                                WatermarkStrategy.noWatermarks(),
                                "kafka-source")
                        .uid("kafka-source")
                        .map(new HoldSnapshot())
                        .uid("hold-snapshot")
                        .map(new FailOnDemand())
                        .uid("fail-on-demand");
        Topology.define(
                input,
                config,
                results ->
                        results.sinkTo(KafkaEnds.resultSink(config))
                                .name("result-sink")
                                .uid("result-sink"),
                letters ->
                        letters.sinkTo(KafkaEnds.deadLetterSink(config)).uid("dead-letter-sink"));
        return environment;
    }

    private static boolean hasExpired(Admin admin) {
        return KafkaTopics.get(
                                admin.describeTransactions(List.of(TRANSACTION))
                                        .description(TRANSACTION)
                                        .toCompletionStage()
                                        .toCompletableFuture())
                        .state()
                == TransactionState.COMPLETE_ABORT;
    }

    private static Path checkpoint(JobConfig config, LocalCluster cluster, int number) {
        return Path.of(config.checkpointDirectory(), cluster.job().toString(), "chk-" + number);
    }

    /** What is lost stays lost, and what comes after it is labelled. */
    private void goOnWithout(JobSettings settings, String... command) throws Exception {
        String[] report =
                Stream.concat(Stream.of(command), Stream.of("--set", "output.lost-results=report"))
                        .toArray(String[]::new);
        try (RunProcess run = RunProcess.start(folder, folder, report);
                OutputReader committed = reader(settings, "read_committed")) {
            send(settings, 0, 3);
            Waiting.until(
                    () -> "3 results are committed\n" + run.err(),
                    PATIENCE,
                    () -> committed.poll().count() == 3 || !run.isAlive());
            assertThat(run.isAlive()).as(run.err()).isTrue();
            assertThat(run.err())
                    .contains("ERROR LossReport - Results are lost: " + TRANSACTION)
                    .contains(LOST.substring(0, LOST.length() - 1));
            WebUi ui = WebUi.of(run);
            until("the loss is counted", () -> ui.largest(LOST_MESSAGES).orElse(0) == 10);
            run.terminate(Duration.ofSeconds(30));
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(committed.drain().labelled())
                    .containsExactly(new Position(0, 5), new Position(0, 6), new Position(0, 7));
            assertThat(run.err()).doesNotContain("The job failed").doesNotContain(CANARY);
        }
    }

    @Test
    void commitThatARecoveryRepeatsIsNoLoss() throws Exception {
        JobSettings settings = JobSettings.of(servers, "repeated", folder);
        settings.createTopics(1);
        try (LocalCluster cluster = startTestJob(JobConfig.of(settings.all()));
                OutputReader uncommitted = reader(settings, "read_uncommitted");
                OutputReader committed = reader(settings, "read_committed")) {
            send(settings, 0, 5);
            Waiting.until("5 results are written", PATIENCE, () -> uncommitted.poll().count() == 5);
            cluster.beginCheckpoint();
            Waiting.until("5 results are committed", PATIENCE, () -> committed.poll().count() == 5);

            // The newest checkpoint still has their transaction as one to commit.
            FailOnDemand.reset();
            FailOnDemand.failOnce();
            send(settings, 0, 1);

            Waiting.until(
                    () -> "6 results are written; " + cluster.failure(),
                    PATIENCE,
                    () -> uncommitted.poll().count() == 6);
            cluster.beginCheckpoint();
            Waiting.until("6 results are committed", PATIENCE, () -> committed.poll().count() == 6);
            assertThat(FailOnDemand.failures()).isEqualTo(1);
            WebUi ui = WebUi.of(cluster);
            until(
                    "the guard has found the transaction committed",
                    () -> ui.largest(ALREADY_COMMITTED).orElse(0) == 1);
            assertThat(ui.restarts()).hasValue(1);
            assertThat(committed.drain().labelled())
                    .extracting(Position::offset)
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        }
    }

    @Test
    void olderOfTwoJobsWithOnePrefixEndsAndSaysWhy() throws Exception {
        JobSettings settings = JobSettings.of(servers, "twice", folder);
        settings.createTopics(1);
        Path config = settings.write(folder);
        JobSettings second = settings.with("checkpoint.directory", folder + "/second");
        try (RunProcess older = RunProcess.start(folder, folder, "run", "--config", config + "");
                OutputReader committed = reader(settings, "read_committed")) {
            send(settings, 0, 5);
            Waiting.until(
                    () -> "5 results are committed\n" + older.err(),
                    PATIENCE,
                    () -> committed.poll().count() == 5 || !older.isAlive());

            // Nothing is under way now, so it is the claim that tells.
            try (LocalJob newer = LocalJob.start(second, folder)) {
                Waiting.until(
                        () -> "the older job has ended\n" + older.err(),
                        PATIENCE,
                        () -> {
                            Waiting.pause();
                            return !older.isAlive();
                        });
                assertThat(older.exitCode()).as(older.err()).isNotZero();
                assertThat(older.err())
                        .contains(
                                "The job failed: Another job was started with this job's output.transactional-id-prefix: transactional id twice-")
                        .doesNotContain("starts again:");
                send(settings, 0, 5);
                // It began at the beginning, as a job of its own does.
                until("the newer job goes on", () -> committed.poll().count() == 15);
                newer.checkHealthy();
            }
        }
    }

    private void send(JobSettings settings, int partition, int count) {
        try (KafkaProducer<byte[], byte[]> producer = KafkaTopics.producer(servers)) {
            for (int i = 0; i < count; i++) {
                KafkaTopics.send(
                        producer,
                        new ProducerRecord<>(
                                settings.inputTopic(),
                                partition,
                                null,
                                CANARY.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private static void until(String what, BooleanSupplier condition) {
        Waiting.until(
                what,
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return condition.getAsBoolean();
                });
    }

    private OutputReader reader(JobSettings settings, String isolation) {
        return new OutputReader(
                servers, isolation, settings.outputTopic(), settings.deadLetterTopic());
    }
}
