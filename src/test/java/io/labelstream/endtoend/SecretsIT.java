package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.EmbeddedKafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a run shows and leaves behind: its secrets and its users' texts are marked, and the marks
 * looked for in its log, on its web UI and on the disk.
 */
@Timeout(300)
class SecretsIT {

    private static final String SECRET = "canary-secret-5e1f";
    private static final String TEXT = "canary-text-83ac";
    private static final int MESSAGES = 50;
    private static final int UNREADABLE = 10;

    @TempDir Path folder;

    @Test
    void secretsAndTextsAreShownNowhereAndNothingIsLeftAfterAKill() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path secret = Files.writeString(folder.resolve("secret"), SECRET);
        Path login =
                Files.writeString(
                        folder.resolve("login"),
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"%s\";"
                                .formatted(SECRET));
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            JobSettings settings =
                    JobSettings.of(
                            kafka.bootstrapServers(),
                            "secrets",
                            folder,
                            "kafka.sasl.jaas.config",
                            "${file:" + login + "}",
                            "kafka.ssl.key.password",
                            "${file:" + secret + "}",
                            "kafka.source.ssl.truststore.password",
                            "${file:" + secret + "}",
                            "flink.s3.secret-key",
                            "${file:" + secret + "}");
            settings.createTopics(1);
            try (RunProcess run =
                    RunProcess.start(
                            folder,
                            temporary,
                            "run",
                            "--verbose",
                            "--config",
                            settings.write(folder).toString())) {
                classifySome(settings, kafka.bootstrapServers(), run);

                List<String> pages = WebUi.of(run).pages();
                assertThat(pages)
                        .hasSizeGreaterThan(20)
                        .noneMatch(page -> page.contains("\"errors\""));
                assertThat(pages)
                        .as("the masked setting itself")
                        .anyMatch(p -> p.contains("s3.secret-key"));
                assertThat(pages).noneMatch(page -> page.contains(SECRET) || page.contains(TEXT));
                run.kill();
                assertThat(run.err() + run.out()).doesNotContain(SECRET, TEXT);
            }
        }
        Path state = folder.resolve("secrets-state");
        for (Path file : files(state)) {
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .as(file.toString())
                    .doesNotContain(SECRET);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rwx------");
        assertThat(files(temporary)).isEmpty();
    }

    /** Some messages, some of them unreadable, under a checkpoint. */
    private static void classifySome(JobSettings settings, String servers, RunProcess run) {
        try (KafkaProducer<byte[], byte[]> producer = KafkaTopics.producer(servers);
                TopicReader results =
                        new TopicReader(
                                servers,
                                "read_committed",
                                settings.outputTopic(),
                                settings.deadLetterTopic())) {
            for (int i = 0; i < MESSAGES; i++) {
                byte[] value = "%s %d".formatted(TEXT, i).getBytes(StandardCharsets.UTF_8);
                if (i < UNREADABLE) {
                    value[value.length - 1] = (byte) 0xFF;
                }
                KafkaTopics.send(producer, new ProducerRecord<>(settings.inputTopic(), value));
            }
            results.read(MESSAGES, Duration.ofMinutes(2), run::isAlive);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
