package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchmarkCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return BenchmarkCommand.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bogus",
                "--rounds 0",
                "--slots 0",
                "--slots 3",
                "--slots 8",
                "--set output.order=unordered",
                "--seconds 0",
                "--soak 0",
                "--sets tweets",
                "--only no-such-contender",
                "--with nonsense",
                "--data no-such-file.txt",
                "--json no-such-folder/figures.json",
                "--model no-such-model"
            })
    void refusesWrongUsageWithASentenceAndCodeTwo(String arguments) {
        assertThat(run(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).isNotBlank().doesNotContain("\tat ");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void saysWhyThreeSlotsAreRefused() {
        assertThat(run("--slots", "3")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("--slots 3: expected 1, 2 or 4", "4 partitions");
    }

    @Test
    void refusesFewerTextsThanSlots(@TempDir Path folder) throws IOException {
        Path texts = Files.writeString(folder.resolve("lone.txt"), "a lone text\n");
        assertThat(run("--data", texts.toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("Text set lone: holds 1 texts", "2 slots");
    }

    @Test
    void knowsEachContenderByItsName() {
        assertThat(Contenders.names())
                .startsWith("labelstream")
                .containsExactlyInAnyOrder(
                        "labelstream",
                        "onnx-in-flink-map",
                        "djl-in-flink-map",
                        "flink-async-http",
                        "consumer-loop",
                        "kafka-streams");
        assertThat(Contenders.ALL).noneMatch(contender -> contender.sweep().isEmpty());
    }
}
