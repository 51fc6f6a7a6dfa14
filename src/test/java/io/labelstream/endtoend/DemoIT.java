package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo, as the README has people start it. */
@Timeout(240)
class DemoIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir Path folder;
    @TempDir Path temporary;

    @Test
    void limitEndsAfterSoManyLabelledEventsWithASummary() throws Exception {
        RunProcess demo =
                RunProcess.run(
                        folder,
                        temporary,
                        PATIENCE,
                        "demo",
                        "--limit",
                        "300",
                        "--json",
                        "--summary",
                        "summary.json");

        assertThat(demo.exitCode()).as(demo.err()).isZero();
        List<String> lines = demo.out().lines().toList();
        assertThat(lines).hasSize(300);
        Set<String> sources = new HashSet<>();
        for (String line : lines) {
            JsonNode event = JSON.readTree(line);
            sources.add(event.path("source").toString());
            assertThat(event.path("label").asText()).isIn("positive", "negative");
            assertThat(event.path("score").floatValue()).isBetween(0.5f, 1f);
            assertThat(event.path("model").path("name").asText()).isEqualTo("sentiment-en");
            assertThat(event.path("attention")).isNotEmpty();
        }
        assertThat(sources).hasSize(300);
        checkSummary(JSON.readTree(folder.resolve("summary.json").toFile()));
        assertThat(left(temporary)).as("what is left of temporary files").isEmpty();
    }

    private static void checkSummary(JsonNode summary) {
        assertThat(summary.path("labelled").asInt()).isEqualTo(300);
        assertThat(summary.path("dead_letters").asInt()).isPositive();
        assertThat(summary.path("records_in").asInt())
                .isEqualTo(300 + summary.path("dead_letters").asInt());
        assertThat(summary.path("skipped").isInt()).isTrue();
        assertThat(summary.path("missing").asInt(-1)).isZero();
        assertThat(summary.path("duplicates").asInt(-1)).isZero();
        assertThat(summary.path("texts_per_s").asDouble()).isPositive();
        assertThat(summary.path("latency_ms").path("p50").asDouble()).isPositive();
        assertThat(summary.path("latency_ms").path("p99").asDouble())
                .isGreaterThanOrEqualTo(summary.path("latency_ms").path("p50").asDouble());
        assertThat(
                        summary.path("labels").path("positive").asInt()
                                + summary.path("labels").path("negative").asInt())
                .isEqualTo(300);
    }

    @Test
    void ownTextsAreLabelledOnceEachAndTheDemoEnds() throws Exception {
        Path texts =
                Files.writeString(
                        folder.resolve("texts.csv"),
                        """
                        text,more
                        "What a joyless, clumsy mess",1
                        "A warm, funny and moving film",2
                        """);

        RunProcess demo =
                RunProcess.run(
                        folder, temporary, PATIENCE, "demo", "--input", texts.toString(), "--json");

        assertThat(demo.exitCode()).as(demo.err()).isZero();
        assertThat(demo.out().lines().map(DemoIT::labelOf))
                .containsExactlyInAnyOrder("negative", "positive");
    }

    @ParameterizedTest
    @CsvSource({"sentiment-zh, 2", "intent-en, 40"})
    void shippedModelIsFedTextsOfItsKind(String model, int leastLabels) throws Exception {
        RunProcess demo =
                RunProcess.run(
                        folder, temporary, PATIENCE, "demo", "--model", model, "--limit", "100",
                        "--json");

        assertThat(demo.exitCode()).as(demo.err()).isZero();
        assertThat(demo.out().lines().map(DemoIT::labelOf).distinct())
                .hasSizeGreaterThanOrEqualTo(leastLabels);
    }

    @Test
    void interruptEndsItCleanlyWithASummary() throws Exception {
        RunProcess demo = RunProcess.start(folder, temporary, "demo");
        Waiting.until(
                "the first label is shown",
                PATIENCE,
                () -> {
                    try {
                        Thread.sleep(100);
                        return demo.out().contains("positive") || !demo.isAlive();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        demo.terminate(Duration.ofSeconds(30));

        assertThat(demo.exitCode()).as(demo.err()).isZero();
        assertThat(demo.out() + demo.err()).contains("records in");
        assertThat(left(temporary)).as("what is left of temporary files").isEmpty();
    }

    private static String labelOf(String line) {
        try {
            return JSON.readTree(line).path("label").asText();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ours; a native library's own empty folders are not. */
    private static List<Path> left(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("labelstream"))
                    .toList();
        }
    }
}
