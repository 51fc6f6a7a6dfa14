package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.inference.DecisionRule;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordEmbeddingsTest {

    @TempDir private Path folder;

    @Test
    void takesTheTableThatIdsAreLookedUpIn() throws IOException {
        WordEmbeddings embeddings = WordEmbeddings.of(bundle(TensorProto.DataType.FLOAT));

        double[] sum = {0.5, 0};
        embeddings.addTo(sum, 2);
        embeddings.addTo(sum, 0);
        assertThat(embeddings.size()).isEqualTo(2);
        assertThat(sum).containsExactly(0.5 + 5 + 1, 6 + 2);
    }

    @Test
    void refusesATableThatWasQuantized() throws IOException {
        ModelBundle bundle = bundle(TensorProto.DataType.INT8);

        assertThatThrownBy(() -> WordEmbeddings.of(bundle))
                .isInstanceOf(FineTuneException.class)
                .hasMessageStartingWith("Model tiny: no table of word embeddings in 32-bit floats")
                .hasMessageContaining("Leave embeddings out of --baselines");
    }

    /** A model that casts its ids and looks them up in three rows of two values. */
    private ModelBundle bundle(TensorProto.DataType type) throws IOException {
        ByteBuffer values = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i <= 6; i++) {
            values.putFloat(i);
        }
        GraphProto graph =
                GraphProto.newBuilder()
                        .addInitializer(
                                TensorProto.newBuilder()
                                        .setName("table")
                                        .setDataType(type.getNumber())
                                        .addDims(3)
                                        .addDims(2)
                                        .setRawData(ByteString.copyFrom(values.flip())))
                        .addNode(
                                NodeProto.newBuilder()
                                        .setOpType("Cast")
                                        .addInput("input_ids")
                                        .addOutput("ids"))
                        .addNode(
                                NodeProto.newBuilder()
                                        .setOpType("Gather")
                                        .addInput("table")
                                        .addInput("ids")
                                        .addOutput("hidden"))
                        .build();
        Files.write(
                folder.resolve(ModelBundle.MODEL_FILE),
                ModelProto.newBuilder().setGraph(graph).build().toByteArray());
        return new ModelBundle(
                folder,
                ModelBundle.MODEL_FILE,
                "tiny",
                "1",
                "digest",
                List.of("a", "b"),
                DecisionRule.softmax(2),
                16,
                false,
                0,
                3,
                Map.of());
    }
}
