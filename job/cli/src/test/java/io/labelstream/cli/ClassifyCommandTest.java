package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.inference.TinyBundle;
import io.labelstream.inference.TinyDecisions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyCommandTest {

    @TempDir static Path folder;
    private static String model;

    private final Consoles console = new Consoles();

    @BeforeAll
    static void writeModel() {
        model = TinyBundle.write(folder.resolve("tiny")).folder().toString();
    }

    @Test
    void labelsStandardInputLineByLine() {
        int exitCode = console.run(utf8("good film\n\nawful food"), "classify", "--model", model);

        assertThat(exitCode).isZero();
        assertThat(console.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("positive  0.").endsWith("good film"),
                        line -> assertThat(line).startsWith("negative  0.").endsWith("awful food"));
        assertThat(console.err()).isEqualToIgnoringNewLines("Skipped empty texts: 1.");
    }

    @Test
    void explainsWithWeightsThatSumToOne() throws Exception {
        console.run(
                "classify",
                "--model",
                model,
                "--text",
                "a good film, 中 good!",
                "--explain",
                "--format",
                "jsonl");

        JsonNode event = new ObjectMapper().readTree(console.out());
        double sum = 0;
        for (JsonNode word : event.path("attention")) {
            sum += word.path("weight").asDouble();
        }
        assertThat(sum).isCloseTo(1, within(1e-5));
        assertThat(event.has("source")).isFalse();
        assertThat(event.path("text").asText()).isEqualTo("a good film, 中 good!");
    }

    @Test
    void marksAttendedWordsInTheTable() {
        console.run("classify", "--model", model, "--text", "a good film", "--explain");

        assertThat(console.out().lines().findFirst().orElseThrow()).endsWith("a *good* film");
        assertThat(console.out()).containsPattern("0\\.9[0-9]+  good  #+");
    }

    @Test
    void givesAsManyLabelsAsAsked() {
        console.run("classify", "--model", model, "--text", "good", "--top-k", "5");

        assertThat(console.out().lines().map(line -> line.substring(0, 8)))
                .containsExactly("positive", "negative");
    }

    @Test
    void takesTheModelFileThatIsNamed() throws Exception {
        Path several = TinyBundle.write(folder.resolve("several")).folder();
        Files.createDirectories(several.resolve("onnx"));
        Files.copy(several.resolve("model.onnx"), several.resolve("onnx/model_int8.onnx"));
        Files.move(several.resolve("model.onnx"), several.resolve("onnx/model_fp16.onnx"));
        List<String> command =
                List.of("classify", "--text", "good film", "--model", several.toString());

        assertThat(console.run(command.toArray(String[]::new))).isEqualTo(Labelstream.WRONG_USAGE);
        assertThat(console.err()).contains("onnx/model_int8.onnx").contains("--model-file");
        List<String> named = new ArrayList<>(command);
        named.addAll(List.of("--model-file", "model_fp16.onnx"));
        assertThat(console.run(named.toArray(String[]::new))).isZero();
        assertThat(console.out()).contains("positive");
    }

    @Test
    void showsTheBestLabelFirstWhereAllAreGiven() throws Exception {
        Path all = TinyBundle.write(folder.resolve("all")).folder();
        Path config = all.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replaceFirst("\\{", "{\"return_all_scores\": true, "));

        console.run("classify", "--model", all.toString(), "--text", "good");

        assertThat(console.out().lines().map(line -> line.substring(0, 8)))
                .containsExactly("positive", "negative");
    }

    @Test
    void saysWhichTextsAreOutOfScope() {
        String tagger = TinyDecisions.outOfScope(folder.resolve("oos"), 0.9).folder().toString();

        console.run(utf8("the film\ngood"), "classify", "--model", tagger);

        assertThat(console.out().lines())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .matches(
                                                "out of scope  0\\.5\\d+  the film  \\(nearest: positive\\)"),
                        line -> assertThat(line).matches("positive      0\\.9\\d+  good"));
    }

    @Test
    void givesTheLabelsThatAMultiLabelModelSaysApply() throws Exception {
        String tagger =
                TinyDecisions.multiLabel(folder.resolve("multi"), 0.45, 0.45).folder().toString();

        console.run("classify", "--model", tagger, "--text", "the film", "--pair", "a film");

        assertThat(console.out().lines())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .matches("positive      0\\.50\\d+  the film  \\|  a film"),
                        line -> assertThat(line).matches("negative      0\\.50\\d+"));
    }

    @Test
    void jsonHoldsNoLabelWhereNoneApplies() throws Exception {
        String tagger =
                TinyDecisions.multiLabel(folder.resolve("none"), 0.95, 0.95).folder().toString();

        console.run("classify", "--model", tagger, "--text", "good", "--format", "jsonl");
        JsonNode event = new ObjectMapper().readTree(console.out());

        assertThat(event.path("outOfScope").asBoolean()).isTrue();
        assertThat(event.path("labels").isArray()).isTrue();
        assertThat(event.path("labels")).isEmpty();
        assertThat(event.path("label").asText()).isEqualTo("positive");
    }

    @Test
    void labelsWhatStandsBeforeAnErrorInTheFile() throws Exception {
        Path file = Files.write(folder.resolve("broken.txt"), latin1("good film\ncaf\u00e9\n"));

        assertThat(console.run("classify", "--model", model, "--input", file.toString()))
                .isEqualTo(Labelstream.FAILED);
        assertThat(console.out()).contains("good film");
        assertThat(console.err()).contains("broken.txt, line 2: not valid UTF-8.");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
