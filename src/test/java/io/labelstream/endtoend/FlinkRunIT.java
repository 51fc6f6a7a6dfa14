package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.endtoend.cluster.FlinkCluster;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.inference.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same jar and the same file, on a Flink cluster. */
@Timeout(600)
class FlinkRunIT {

    private static final int PARTITIONS = 4;

    @TempDir Path folder;

    @Test
    void jobJarRunsOnASessionClusterWithTheNativesInItsLib() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                FlinkCluster cluster = FlinkCluster.start(folder, FlinkSettings.one(2))) {
            String servers = kafka.bootstrapServers();
            kafka.createTopic("reviews", PARTITIONS);
            kafka.createTopic("labelled", PARTITIONS);
            kafka.createTopic("unreadable", 1);
            Path config =
                    Files.writeString(
                            folder.resolve("labelstream.yaml"),
                            """
                            kafka.bootstrap.servers: %s
                            input.topics: reviews
                            output:
                              topic: labelled
                              transactional-id-prefix: flink-run-test
                            dead-letter.topic: unreadable
                            model.path: ${env:LABELSTREAM_HOME}/models/sentiment-en
                            job.parallelism: 2
                            checkpoint:
                              interval: 1 s
                              directory: %s
                            """
                                    .formatted(servers, folder.resolve("checkpoints")));
            try (NumberedInput input = new NumberedInput(servers, "reviews", PARTITIONS);
                    OutputReader committed =
                            new OutputReader(servers, "read_committed", "labelled", "unreadable")) {
                input.send(1000);

                String printed =
                        cluster.flink(
                                "run",
                                "-d",
                                DistributionFolder.jobJar().toString(),
                                "--config",
                                config.toString());

                assertThat(printed).contains("Job has been submitted with JobID");
                Waiting.until(
                        () -> "all output is committed\n" + cluster.logs(),
                        Duration.ofMinutes(3),
                        () -> committed.poll().count() >= input.count());
                committed.poll();
                ExactlyOnceChecker.check(
                        input,
                        committed,
                        ModelBundle.load(DistributionFolder.model("sentiment-en")));
            }
        }
    }
}
