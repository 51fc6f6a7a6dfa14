package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.inference.TinyDecisions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole demo with a model that is no shipped one. */
@Timeout(180)
class DemoCommandTest {

    @TempDir Path folder;

    private final Consoles console = new Consoles();

    @Test
    void showsAndCountsWhatIsOutOfScopeAndPairs() throws Exception {
        Path model = TinyDecisions.outOfScope(folder.resolve("tiny"), 0.9).folder();
        Files.createDirectories(model.resolve("onnx"));
        Files.copy(model.resolve("model.onnx"), model.resolve("onnx/model_int8.onnx"));
        Files.move(model.resolve("model.onnx"), model.resolve("onnx/model_fp16.onnx"));
        Path texts =
                Files.writeString(
                        folder.resolve("texts.jsonl"),
                        """
                        {"text": "a good film"}
                        {"text": "the film"}
                        {"text": "the food", "text_pair": "awful"}
                        """);
        Path summary = folder.resolve("summary.json");

        int exitCode =
                console.run(
                        "demo",
                        "--model",
                        model.toString(),
                        "--model-file",
                        "onnx/model_fp16.onnx",
                        "--input",
                        texts.toString(),
                        "--summary",
                        summary.toString());

        assertThat(exitCode).as(console.err()).isZero();
        assertThat(console.out().lines())
                .anyMatch(line -> line.startsWith("positive      0.9"))
                .anyMatch(
                        line -> line.matches("out of scope  0\\.5\\d .*\\(nearest: positive\\).*"))
                .anyMatch(line -> line.matches("negative .*the food.*  \\|  awful.*"))
                .anyMatch(line -> line.matches("  out of scope +1 .*"));
        JsonNode figures = new ObjectMapper().readTree(summary.toFile());
        assertThat(figures.path("labelled").asInt()).isEqualTo(3);
        assertThat(figures.path("out_of_scope").asInt()).isEqualTo(1);
        assertThat(figures.path("labels").path("positive").asInt()).isEqualTo(2);
    }
}
