package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    @Test
    void refusesWhatIsNoBert() throws Exception {
        assertRefused("config.json cannot be read");
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"roberta\"}");
        assertRefused("model_type 'roberta' with no num_attention_heads");
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"bert\", \"num_attention_heads\": 2}");
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
