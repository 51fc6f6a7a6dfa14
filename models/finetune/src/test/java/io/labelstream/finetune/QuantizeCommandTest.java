package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.labelstream.inference.ModelBundle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizeCommandTest {

    private static final long FLOAT = TensorProto.DataType.FLOAT_VALUE;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private static Path shared;
    private static Path model;

    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void writeABundle() throws Exception {
        model = shared.resolve("random");
        EncoderGraph graph = EncoderGraph.of(PretrainedEncoder.MINILM_L6);
        BundleWriter.write(model, graph, Deltas.random(graph));
        Path settings = model.resolve(ModelBundle.LABELSTREAM_FILE);
        ObjectNode changed = (ObjectNode) JSON.readTree(settings.toFile());
        Json.write(settings, changed.put("temperature", 1.5).put("ours", "kept"));
        Files.writeString(model.resolve("README.md"), "# random\n");
        Files.writeString(model.resolve("tokenizer_config.json"), "{}");
    }

    @Test
    void int8IsACompleteBundleWithAllThatTheSourceHad() throws Exception {
        assertThat(quantize("int8", "--force")).as(err.toString()).isZero();

        ModelBundle made = ModelBundle.load(folder.resolve("out"));
        assertThat(made.name()).isEqualTo("random");
        assertThat(made.version()).isEqualTo("1-int8");
        assertThat(made.decision()).isEqualTo(ModelBundle.load(model).decision());
        JsonNode settings = JSON.readTree(made.folder().resolve("labelstream.json").toFile());
        assertThat(settings.path("precision").asText()).isEqualTo("int8");
        assertThat(settings.path("ours").asText()).isEqualTo("kept");
        assertThat(settings.path("temperature").asDouble()).isEqualTo(1.5);
        assertThat(settings.path("files").path("model.onnx").asText())
                .isEqualTo(made.fileDigests().get("model.onnx"));
        assertThat(made.folder().resolve("tokenizer_config.json")).hasContent("{}");
        assertThat(made.folder().resolve("README.md"))
                .content()
                .startsWith("# random\n\n## Precision")
                .contains("int8");
        assertThat(size(made.folder()) * 3).isLessThan(size(model));
        assertThat(out.toString())
                .contains("30 products and 1 embedding tables in int8")
                .contains("bits       the same alone, in batches and padded")
                .containsPattern("speed      \\d\\.\\d\\d times");
        assertThat(folder).isDirectoryNotContaining("glob:**.part-*");
    }

    @Test
    void fp16AgreesWithItsSource() {
        assertThat(quantize("fp16")).as(err.toString()).isZero();

        ModelBundle made = ModelBundle.load(folder.resolve("out"));
        assertThat(made.version()).isEqualTo("1-fp16");
        assertThat(size(made.folder())).isLessThan(size(model) * 6 / 10);
        assertThat(out.toString()).containsPattern("difference 0\\.00\\d\\d of a score");
    }

    @Test
    void refusesDataWithLabelsOfAnotherModelAndWritesNothing() throws Exception {
        String data =
                Files.writeString(folder.resolve("rows.csv"), "text,label\na film,unknown\n")
                        .toString();

        assertThat(quantize("int8", "--data", data)).isEqualTo(1);
        assertThat(err.toString())
                .contains("rows.csv line 2: this label is none of model random")
                .doesNotContain("a film");
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(folder).isDirectoryNotContaining("glob:**.part-*");
    }

    @Test
    void refusesInt8WhereTheModelItselfDependsOnBatchMates() throws Exception {
        Path dependent = Files.createDirectories(folder.resolve("dependent"));
        for (String file : List.of("config.json", "tokenizer.json")) {
            Files.copy(model.resolve(file), dependent.resolve(file));
        }
        Files.write(dependent.resolve("model.onnx"), dependingOnBatchMates().toByteArray());

        assertThat(
                        execute(
                                "quantize",
                                "--model",
                                dependent.toString(),
                                "--precision",
                                "int8",
                                "--force",
                                "--output",
                                folder.resolve("out").toString()))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("Model dependent")
                .contains("scores differently alone and in a batch");
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(folder).isDirectoryNotContaining("glob:**.part-*");
    }

    /** The largest id of the batch is added to every logit. */
    private static ModelProto dependingOnBatchMates() throws Exception {
        ModelProto.Builder changed =
                ModelProto.parseFrom(Files.readAllBytes(model.resolve("model.onnx"))).toBuilder();
        GraphProto.Builder graph = changed.getGraphBuilder();
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            if (node.getOutput(0).equals("logits")) {
                node.setName("alone").setOutput(0, "alone");
            }
        }
        GraphBuilder builder = new GraphBuilder(graph);
        builder.node("ids", "Cast", List.of("input_ids"), GraphBuilder.attribute("to", FLOAT));
        builder.node("largest", "ReduceMax", List.of("ids"), GraphBuilder.attribute("keepdims", 0));
        builder.node("logits", "Add", "alone", "largest");
        return changed.build();
    }

    @Test
    void readsAModelInAFolderOfItsOwn() throws Exception {
        Path hub = Files.createDirectories(folder.resolve("hub/onnx")).getParent();
        for (String file : List.of("config.json", "tokenizer.json")) {
            Files.copy(model.resolve(file), hub.resolve(file));
        }
        Files.copy(model.resolve("model.onnx"), hub.resolve("onnx/model.onnx"));
        String made = folder.resolve("out").toString();

        assertThat(
                        execute(
                                "quantize",
                                "--model",
                                hub.toString(),
                                "--precision",
                                "fp16",
                                "--output",
                                made))
                .as(err.toString())
                .isZero();
        assertThat(ModelBundle.load(Path.of(made)).name()).isEqualTo("hub");
    }

    @Test
    void refusesAnOutputThatHoldsOtherThings() throws Exception {
        Files.createDirectories(folder.resolve("out"));
        Files.writeString(folder.resolve("out/notes.txt"), "mine");

        assertThat(quantize("fp16")).isEqualTo(1);
        assertThat(err.toString()).contains("holds notes.txt, which is no file of a bundle");
        assertThat(folder.resolve("out/notes.txt")).hasContent("mine");
    }

    @Test
    void refusesTheModelsOwnFolderAndAFile() throws Exception {
        assertThat(
                        execute(
                                "quantize",
                                "--model",
                                model.toString(),
                                "--precision",
                                "fp16",
                                "--output",
                                model.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("is the model's own folder");

        Files.writeString(folder.resolve("out"), "a file");
        assertThat(quantize("fp16")).isEqualTo(1);
        assertThat(err.toString()).contains("is a file, expected a folder");
    }

    @Test
    void namesWrongUsage() {
        assertThat(quantize("int4")).isEqualTo(2);
        assertThat(err.toString())
                .contains("Precision 'int4' is unknown. Expected one of: int8, fp16");
        assertThat(quantize("int8", "--max-loss", "-1")).isEqualTo(2);
        assertThat(err.toString()).contains("--max-loss -1.0: expected points of accuracy");
        assertThat(quantize("int8", "--data", "none.csv")).isEqualTo(2);
        assertThat(err.toString()).contains("--data none.csv: no such file");
    }

    private static long size(Path bundle) {
        return bundle.resolve(ModelBundle.MODEL_FILE).toFile().length();
    }

    private int quantize(String precision, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "quantize",
                                "--model",
                                model.toString(),
                                "--precision",
                                precision,
                                "--output",
                                folder.resolve("out").toString()));
        arguments.addAll(List.of(more));
        return execute(arguments.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return FineTuneMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
