package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.inference.ModelBundle;
import io.labelstream.serde.RawMessage;
import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.KafkaEnds;
import io.labelstream.streaming.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guarantee, inside one process: the whole job on a real broker with the real model, failed
 * again and again while output that is not committed yet can be seen.
 */
@Timeout(600)
class ExactlyOnceIT {

    private static final int FAILURES = 4;
    private static final int PARTITIONS = 4;
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(1500);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir Path state;

    @BeforeEach
    void noFailureYet() {
        FailOnDemand.reset();
    }

    @Test
    void everyMessageOnceThoughTheJobFailsWhileOutputIsUncommitted() throws Exception {
        Path model = DistributionFolder.model("sentiment-en");
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            String servers = kafka.bootstrapServers();
            kafka.createTopic("reviews", PARTITIONS);
            kafka.createTopic("labelled", PARTITIONS);
            kafka.createTopic("unreadable", 1);
            JobClient job = start(config(servers, model));
            try (NumberedInput input = new NumberedInput(servers, "reviews", PARTITIONS);
                    OutputReader committed = reader(servers, "read_committed");
                    OutputReader uncommitted = reader(servers, "read_uncommitted")) {
                for (int failure = 1; failure <= FAILURES; failure++) {
                    failWhileOutputIsUncommitted(failure, input, committed, uncommitted);
                }
                input.send(1000);
                Waiting.until(
                        "all output is committed",
                        PATIENCE,
                        () -> committed.poll().count() >= input.count());
                // A late duplicate would come with one of the next checkpoints.
                long end = System.nanoTime() + 3 * CHECKPOINT_INTERVAL.toNanos();
                Waiting.until(
                        "three more checkpoints are over",
                        PATIENCE,
                        () -> {
                            committed.poll();
                            return System.nanoTime() > end;
                        });

                assertThat(input.count()).isGreaterThanOrEqualTo(5000);
                ExactlyOnceChecker.check(input, committed, ModelBundle.load(model));
                Waiting.until(
                        "output of failed attempts, written and aborted, has been seen",
                        PATIENCE,
                        () -> uncommitted.poll().count() > committed.count());
            } finally {
                KafkaTopics.get(job.cancel());
            }
        }
    }

    private static void failWhileOutputIsUncommitted(
            int failure, NumberedInput input, OutputReader committed, OutputReader uncommitted) {
        int before = uncommitted.drain().count();
        input.send(1000);
        Waiting.until(
                "output can be seen that is not committed",
                PATIENCE,
                () -> uncommitted.isAheadOf(committed) && uncommitted.count() > before);
        FailOnDemand.failOnce();
        input.send(100);
        Waiting.until(
                "failure " + failure + " has happened",
                PATIENCE,
                () -> {
                    uncommitted.poll();
                    return FailOnDemand.failures() == failure;
                });
    }

    private JobConfig config(String servers, Path model) {
        return JobConfig.of(
                new TreeMap<>(
                        Map.ofEntries(
                                Map.entry("kafka.bootstrap.servers", servers),
                                Map.entry("input.topics", "reviews"),
                                Map.entry("output.topic", "labelled"),
                                Map.entry("output.transactional-id-prefix", "exactly-once-test"),
                                Map.entry("dead-letter.topic", "unreadable"),
                                Map.entry("model.path", model.toString()),
                                Map.entry("job.parallelism", "2"),
                                Map.entry("device.type", "cpu"),
                                Map.entry(
                                        "checkpoint.interval",
                                        CHECKPOINT_INTERVAL.toMillis() + " ms"),
                                Map.entry("checkpoint.directory", state.toString()),
                                Map.entry(
                                        "flink.restart-strategy.exponential-delay.initial-backoff",
                                        "100 ms"))));
    }

    private static JobClient start(JobConfig config) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(2, config.flinkConfiguration());
        DataStream<RawMessage> input =
                environment
                        .fromSource(
                                KafkaEnds.source(config),
                                WatermarkStrategy.noWatermarks(),
                                "kafka-source")
                        .uid("kafka-source")
                        .map(new FailOnDemand())
                        .uid("fail-on-demand");
        Topology.define(
                input,
                config,
                results -> results.sinkTo(KafkaEnds.resultSink(config)).uid("results"),
                letters -> letters.sinkTo(KafkaEnds.deadLetterSink(config)).uid("dead-letters"));
        return environment.executeAsync();
    }

    private static OutputReader reader(String servers, String isolation) {
        return new OutputReader(servers, isolation, "labelled", "unreadable");
    }
}
