package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guarantee, for {@code labelstream run}: killed twice, started again, nothing lost or doubled.
 */
@Timeout(600)
class RunRestartIT {

    private static final int PARTITIONS = 4;
    private static final int KILLS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir Path folder;

    @Test
    void everyMessageOnceThoughTheProcessIsKilledTwice() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            String servers = kafka.bootstrapServers();
            kafka.createTopic("reviews", PARTITIONS);
            kafka.createTopic("labelled", PARTITIONS);
            kafka.createTopic("unreadable", 1);
            Path config = config(servers);
            try (NumberedInput input = new NumberedInput(servers, "reviews", PARTITIONS);
                    OutputReader committed = reader(servers, "read_committed");
                    OutputReader uncommitted = reader(servers, "read_uncommitted")) {
                for (int kill = 0; kill < KILLS; kill++) {
                    killWhileOutputIsUncommitted(config, input, committed, uncommitted);
                }
                finish(config, input, committed);
                // The job has ended: what there is now is all there ever will be.
                committed.drain();

                ExactlyOnceChecker.check(
                        input,
                        committed,
                        ModelBundle.load(DistributionFolder.model("sentiment-en")));
                Waiting.until(
                        "output of killed processes, written and aborted, has been seen",
                        PATIENCE,
                        () -> uncommitted.poll().count() > committed.count());
            }
        }
    }

    private void finish(Path config, NumberedInput input, OutputReader committed) throws Exception {
        try (RunProcess run = start(config)) {
            input.send(300);
            Waiting.until(
                    () -> "all output is committed\n" + run.err(),
                    PATIENCE,
                    () -> committed.poll().count() >= input.count() || !run.isAlive());
            assertThat(run.isAlive()).as(run.err()).isTrue();
            assertThat(run.err()).contains("Going on from checkpoint");
            run.terminate(Duration.ofSeconds(30));
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
    }

    private void killWhileOutputIsUncommitted(
            Path config, NumberedInput input, OutputReader committed, OutputReader uncommitted)
            throws Exception {
        try (RunProcess run = start(config)) {
            input.send(300);
            int committedBefore = committed.poll().count();
            Waiting.until(
                    () -> "some output is committed\n" + run.err(),
                    PATIENCE,
                    () -> committed.poll().count() > committedBefore || !run.isAlive());
            assertThat(run.isAlive()).as(run.err()).isTrue();
            int before = uncommitted.drain().count();
            input.send(900);
            Waiting.until(
                    () -> "output can be seen that is not committed\n" + run.err(),
                    PATIENCE,
                    () -> uncommitted.isAheadOf(committed) && uncommitted.count() > before);
            run.kill();
        }
    }

    private RunProcess start(Path config) throws IOException {
        return RunProcess.start(folder, folder, "run", "--config", config.toString());
    }

    private Path config(String servers) throws IOException {
        return Files.writeString(
                folder.resolve("labelstream.yaml"),
                """
                kafka.bootstrap.servers: %s
                input.topics: reviews
                output:
                  topic: labelled
                  transactional-id-prefix: run-restart-test
                dead-letter.topic: unreadable
                model.path: %s
                job.parallelism: 2
                device.type: cpu
                checkpoint:
                  interval: 1 s
                  directory: %s
                """
                        .formatted(
                                servers,
                                DistributionFolder.model("sentiment-en"),
                                folder.resolve("state")));
    }

    private static OutputReader reader(String servers, String isolation) {
        return new OutputReader(servers, isolation, "labelled", "unreadable");
    }
}
