package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guarantee, for {@code labelstream run}: killed twice, started again, nothing lost or doubled;
 * and going back to an older checkpoint, which doubles results, only when told to.
 */
@Timeout(600)
class RunRestartIT {

    private static final int PARTITIONS = 4;
    private static final int KILLS = 2;
    private static final int MESSAGES = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir Path folder;

    @Test
    void everyMessageOnceThoughTheProcessIsKilledTwice() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            String servers = kafka.bootstrapServers();
            Path config = createTopics(kafka);
            try (NumberedInput input = new NumberedInput(servers, "reviews", PARTITIONS);
                    OutputReader committed = reader(servers, "read_committed");
                    OutputReader uncommitted = reader(servers, "read_uncommitted")) {
                for (int kill = 0; kill < KILLS; kill++) {
                    killWhileOutputIsUncommitted(config, input, committed, uncommitted);
                }
                assertThat(stopAfterOutput(config, input, committed))
                        .contains("Going on from checkpoint");
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

    @Test
    void anOlderCheckpointIsRefusedUnlessReplayIsAllowed() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            String servers = kafka.bootstrapServers();
            Path config = createTopics(kafka);
            try (NumberedInput input = new NumberedInput(servers, "reviews", PARTITIONS);
                    OutputReader committed = reader(servers, "read_committed")) {
                stopAfterOutput(config, input, committed);
                Path older = newestCheckpoint();
                stopAfterOutput(config, input, committed);
                Path newest = newestCheckpoint();
                assertThat(newest).isNotEqualTo(older);
                int before = committed.drain().count();

                RunProcess refused = runFrom(older, config);
                assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
                assertThat(refused.err())
                        .contains("--from " + older)
                        .contains("the newest checkpoint is " + newest)
                        .contains("add --allow-replay");
                assertThat(committed.drain().count()).isEqualTo(before);

                try (RunProcess allowed =
                        start(config, "--from", older.toString(), "--allow-replay")) {
                    Waiting.until(
                            () -> "what the second run wrote is written again\n" + allowed.err(),
                            PATIENCE,
                            () ->
                                    committed.poll().count() >= before + MESSAGES
                                            || !allowed.isAlive());
                    assertThat(allowed.isAlive()).as(allowed.err()).isTrue();
                    assertThat(allowed.err()).contains("Going on from checkpoint " + older);
                }
            }
        }
    }

    /** Those that the configuration, which is returned, names. */
    private Path createTopics(EmbeddedKafka kafka) throws Exception {
        kafka.createTopic("reviews", PARTITIONS);
        kafka.createTopic("labelled", PARTITIONS);
        kafka.createTopic("unreadable", 1);
        return config(kafka.bootstrapServers());
    }

    /** A run that ends in order, with all its output committed; what it said. */
    private String stopAfterOutput(Path config, NumberedInput input, OutputReader committed)
            throws Exception {
        try (RunProcess run = start(config)) {
            input.send(MESSAGES);
            Waiting.until(
                    () -> "all output is committed\n" + run.err(),
                    PATIENCE,
                    () -> committed.poll().count() >= input.count() || !run.isAlive());
            assertThat(run.isAlive()).as(run.err()).isTrue();
            run.terminate(Duration.ofSeconds(30));
            assertThat(run.exitCode()).as(run.err()).isZero();
            return run.err();
        }
    }

    private RunProcess runFrom(Path checkpoint, Path config) throws Exception {
        return RunProcess.run(
                folder,
                folder,
                PATIENCE,
                "run",
                "--config",
                config.toString(),
                "--from",
                checkpoint.toString());
    }

    /** The savepoint with which the last run ended. */
    private Path newestCheckpoint() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("state"))) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .map(Path::getParent)
                    .filter(path -> path.getFileName().toString().startsWith("savepoint-"))
                    .max(Comparator.comparing(path -> path.toFile().lastModified()))
                    .orElseThrow();
        }
    }

    private void killWhileOutputIsUncommitted(
            Path config, NumberedInput input, OutputReader committed, OutputReader uncommitted)
            throws Exception {
        try (RunProcess run = start(config)) {
            input.send(MESSAGES);
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

    private RunProcess start(Path config, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("run", "--config", config.toString()));
        arguments.addAll(List.of(more));
        return RunProcess.start(folder, folder, arguments.toArray(String[]::new));
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
