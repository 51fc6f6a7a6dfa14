package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleEncoderTest {

    @TempDir private Path folder;

    /** What stands on the encoder is left behind, and the encoder is as it was trained. */
    @Test
    void findsTheEncoderInABundle() {
        EncoderGraph graph = EncoderGraph.of(PretrainedEncoder.MINILM_L6);
        Delta delta = Deltas.random(graph);
        BundleWriter.write(folder, graph, delta);

        EncoderGraph found = EncoderGraph.of(Encoder.of(folder.toString()));

        assertThat(found.names()).containsExactlyInAnyOrderElementsOf(graph.names());
        assertThat(found.encoder().heads()).isEqualTo(12);
        String bias = "encoder.layer.3.output.dense.bias";
        assertThat(found.weight(bias).values()).containsExactly(delta.tensors().get(bias).values());
        assertThat(found.model().getGraph().getNodeList())
                .noneMatch(node -> node.getName().startsWith("/head/"));
        Delta again = Deltas.random(found);
        assertThat(BundleWriter.write(folder.resolve("again"), found, again)).hasSize(64);
    }

    /** From opset 13 on some operators take as an input what was an attribute before. */
    @Test
    void takesTheEncoderOfANewerExport() throws Exception {
        EncoderGraph graph = EncoderGraph.of(PretrainedEncoder.MINILM_L6);
        ModelProto.Builder newer =
                ModelProto.parseFrom(GraphAssembler.assemble(graph, Deltas.random(graph)))
                        .toBuilder();
        BundleWriter.write(
                folder,
                graph,
                Deltas.random(graph).settings(),
                newer.clearOpsetImport()
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(12))
                        .build()
                        .toByteArray());

        EncoderGraph found = EncoderGraph.of(Encoder.of(folder.toString()));
        for (Head head : Head.ALL) {
            Path again = folder.resolve(head.key());
            BundleWriter.write(again, found, Deltas.random(found, head));
            ModelProto model =
                    ModelProto.parseFrom(Files.readAllBytes(again.resolve("model.onnx")));
            assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(12);
            assertThat(model.getGraph().getNodeList())
                    .filteredOn(node -> node.getName().startsWith("/head/"))
                    .extracting(NodeProto::getOpType)
                    .doesNotContain("Squeeze", "Unsqueeze", "ReduceSum", "Split");
            TextClassifier.open(ModelBundle.load(again), SessionSettings.cpu()).close();
        }
    }

    @Test
    void refusesAnEncoderThatTrainingWouldComputeOtherwise() throws Exception {
        EncoderGraph graph = EncoderGraph.of(PretrainedEncoder.MINILM_L6);
        BundleWriter.write(folder, graph, Deltas.random(graph));
        String config = Files.readString(folder.resolve("config.json"));
        String tokenizer = Files.readString(folder.resolve("tokenizer.json"));

        Files.writeString(
                folder.resolve("config.json"), config.replace("\"gelu\"", "\"gelu_new\""));
        assertRefused("hidden_act \"gelu_new\", but only gelu");
        Files.writeString(folder.resolve("config.json"), config.replace("1.0E-12", "1.0E-5"));
        assertRefused("layer_norm_eps 1.0E-5, but only 1e-12");
        Files.writeString(folder.resolve("config.json"), config);
        Files.writeString(
                folder.resolve("tokenizer.json"),
                tokenizer.replaceAll("\"\\[CLS\\]\": *101", "\"[CLS]\": 3"));
        assertRefused("[CLS] and [SEP] the ids 3 and 102");
    }

    @Test
    void refusesWhatIsNoBert() throws Exception {
        assertRefused("config.json cannot be read");
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"roberta\"}");
        assertRefused("model_type 'roberta' with no num_attention_heads");
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"bert\", \"num_attention_heads\": 2}");
        assertRefused("tokenizer.json cannot be read");
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"model\": {\"vocab\": {\"[CLS]\": 101, \"[SEP]\": 102}}}");
        assertRefused("model.onnx cannot be read");
        Files.write(folder.resolve("model.onnx"), new byte[] {1, 2, 3});
        assertRefused("not readable as ONNX");
        Files.write(folder.resolve("model.onnx"), new byte[0]);
        assertRefused("no value 'last_hidden_state'");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> EncoderGraph.of(Encoder.of(folder.toString())))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining(message);
    }
}
