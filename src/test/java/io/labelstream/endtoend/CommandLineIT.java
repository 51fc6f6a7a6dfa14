package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher answers, to good use and to bad: message and exit code. */
@Timeout(120)
class CommandLineIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;

    @Test
    void classifyExplainsWithTheAttentionOfEachWord() throws Exception {
        RunProcess run =
                command(
                        "classify",
                        "--text",
                        "A dull film, but the café scene is wonderful!",
                        "--explain",
                        "--format",
                        "jsonl");

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode event = new ObjectMapper().readTree(run.out());
        assertThat(event.has("source")).isFalse();
        assertThat(event.path("score").floatValue()).isBetween(0.5f, 1f);
        assertThat(event.path("attention").findValuesAsText("word"))
                .containsExactly(
                        "A",
                        "dull",
                        "film",
                        ",",
                        "but",
                        "the",
                        "café",
                        "scene",
                        "is",
                        "wonderful",
                        "!");
        double sum = 0;
        for (JsonNode word : event.path("attention")) {
            sum += word.path("weight").asDouble();
        }
        assertThat(sum).isEqualTo(1, within(1e-4));
    }

    @Test
    void unknownCommandIsWrongUsage() throws Exception {
        refuses(2, "frobnicate", "frobnicate");
    }

    @Test
    void missingCommandIsWrongUsage() throws Exception {
        refuses(2, "command");
    }

    @Test
    void missingModelFolderIsWrongUsage() throws Exception {
        refuses(2, "no-such-model", "classify", "--model", "no-such-model", "--text", "x");
        refuses(2, "no-such-model", "demo", "--model", "no-such-model", "--limit", "1");
        refuses(2, "no-such-model", "evaluate", "--model", "no-such-model", "--data", "x.csv");
    }

    @Test
    void unreadableConfigurationIsWrongUsage() throws Exception {
        refuses(2, "absent.yaml", "run", "--config", "absent.yaml");
        Files.writeString(folder.resolve("broken.yaml"), "input: [");
        refuses(2, "broken.yaml", "run", "--config", "broken.yaml");
        Files.writeString(folder.resolve("wrong.yaml"), "input.topic: x");
        refuses(2, "input.topic is not known", "run", "--config", "wrong.yaml");
    }

    @Test
    void unreachableBrokerIsNamedWithinFifteenSeconds() throws Exception {
        Files.writeString(
                folder.resolve("job.yaml"),
                """
                kafka.bootstrap.servers: localhost:1
                input.topics: a
                output: {topic: b, transactional-id-prefix: p}
                dead-letter.topic: c
                model.path: ${env:LABELSTREAM_HOME}/models/sentiment-en
                checkpoint.directory: %s
                """
                        .formatted(folder.resolve("state")));
        long start = System.nanoTime();
        refuses(1, "localhost:1", "run", "--config", "job.yaml");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void helpAndVersionAreDone() throws Exception {
        for (String name :
                new String[] {"demo", "run", "doctor", "classify", "fine-tune", "evaluate"}) {
            RunProcess help = command(name, "--help");
            assertThat(help.exitCode()).as(name + " --help: " + help.err()).isZero();
            assertThat(help.out()).contains("Usage: labelstream " + name);
        }
        assertThat(command("--version").out()).startsWith("Labelstream 0.1.0");
    }

    private void refuses(int exitCode, String named, String... args) throws Exception {
        RunProcess run = command(args);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(named).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    private RunProcess command(String... args) throws Exception {
        return RunProcess.run(folder, folder, PATIENCE, args);
    }
}
