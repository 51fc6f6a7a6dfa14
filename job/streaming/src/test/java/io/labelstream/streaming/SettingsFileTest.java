package io.labelstream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {

    @TempDir Path folder;

    @Test
    void keysNestOrAreDotted() throws IOException {
        Path file =
                write(
                        """
                        kafka:
                          bootstrap.servers: [a:9092, b:9092]
                        input:
                          topics: [a, b]
                        batch.max-rows: 8
                        output.attention: true
                        dead-letter.topic:
                        """);

        assertThat(SettingsFile.read(file))
                .isEqualTo(
                        Map.of(
                                "kafka.bootstrap.servers", "a:9092,b:9092",
                                "input.topics", "a;b",
                                "batch.max-rows", "8",
                                "output.attention", "true"));
    }

    @Test
    void overridesWin() throws IOException {
        Path file =
                write(
                        """
                        kafka.bootstrap.servers: localhost:9092
                        input.topics: a
                        output.topic: b
                        output.transactional-id-prefix: p
                        dead-letter.topic: c
                        model.path: /m
                        """);

        assertThat(JobConfig.read(file, Map.of("output.topic", "z")).outputTopic()).isEqualTo("z");
    }

    @Test
    void unreadableFilesAreRefusedWithoutQuotingThem() throws IOException {
        refuses(folder.resolve("absent.yaml"), "no such file");
        refuses(write("just a text"), "expected keys and values");
        refuses(write("a: 1\na.b: 2\na:\n  c: 3\n"), "not readable as YAML at line");
        refuses(write("a.b: 2\na:\n  b: 3\n"), "a.b is set twice");
        assertThatThrownBy(() -> SettingsFile.read(write("password: 'canary-4e\nb: [")))
                .hasMessageContaining("not readable as YAML")
                .hasMessageNotContaining("canary-4e");
    }

    @Test
    void referencesStandForVariablesAndFiles() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");

        assertThat(
                        References.resolve(
                                "kafka.sasl.jaas.config",
                                "user=${env:USER_NAME} password=${file:" + secret + "} $1",
                                Map.of("USER_NAME", "zoë")))
                .isEqualTo("user=zoë password=s3cret $1");
    }

    @Test
    void referenceToNothingIsNamed() {
        assertThatThrownBy(() -> References.resolve("kafka.x", "${env:ABSENT}", Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kafka.x")
                .hasMessageContaining("ABSENT");
        assertThatThrownBy(() -> References.resolve("kafka.x", "${file:/absent}", Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("/absent");
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("labelstream.yaml"), yaml);
    }

    private static void refuses(Path file, String why) {
        assertThatThrownBy(() -> SettingsFile.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(why);
    }
}
