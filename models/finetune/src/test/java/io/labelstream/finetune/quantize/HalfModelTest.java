package io.labelstream.finetune.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.labelstream.finetune.GraphBuilder;
import io.labelstream.finetune.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class HalfModelTest {

    private static final int WIDTH = TinyGraph.WIDTH;

    /** LayerNorm, a product, and a softmax under a mask beyond 16 bits. */
    private static final ModelProto SOURCE =
            TinyGraph.of(
                    graph -> {
                        graph.constant("two", Tensor.of(new float[] {2}));
                        graph.constant("epsilon", Tensor.of(new float[] {1e-12f}));
                        graph.constant("w", TinyGraph.random(1, 0.05, WIDTH, WIDTH));
                        graph.constant("mask", mask());
                        mean(graph, "mean", "x");
                        graph.node("d", "Sub", "x", "mean");
                        graph.node("square", "Pow", "d", "two");
                        mean(graph, "variance", "square");
                        graph.node("above", "Add", "variance", "epsilon");
                        graph.node("root", "Sqrt", "above");
                        graph.node("norm", "Div", "d", "root");
                        graph.node("product", "MatMul", "norm", "w");
                        graph.node("masked", "Add", "product", "mask");
                        graph.node("y", "Softmax", "masked");
                    });

    private final ModelProto half = HalfModel.of(TinyGraph.read(SOURCE)).model();

    @Test
    void agreesWithItsSourceEvenOnTinyNumbers() throws Exception {
        // Squares of 1e-5 are below what 16 bits hold.
        Tensor x = TinyGraph.random(2, 1e-5, 3, WIDTH);
        float[][] expected = TinyGraph.run(SOURCE, x);
        float[][] found = TinyGraph.run(half, x);

        for (int row = 0; row < 3; row++) {
            assertThat(found[row]).containsExactly(expected[row], within(1e-3f));
            assertThat(found[row][0]).isZero();
            assertThat(expected[row][0]).isZero();
        }
    }

    @Test
    void weightsAreHalvesAndTheOutputIsNot() {
        assertThat(type("w/as_half")).isEqualTo(TensorProto.DataType.FLOAT16_VALUE);
        assertThat(type("epsilon/as_float")).isEqualTo(TensorProto.DataType.FLOAT_VALUE);
        assertThat(half.getGraph().getOutput(0).getType().getTensorType().getElemType())
                .isEqualTo(TensorProto.DataType.FLOAT_VALUE);
    }

    private int type(String initializer) {
        return half.getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getName().equals(initializer))
                .findFirst()
                .orElseThrow()
                .getDataType();
    }

    private static void mean(GraphBuilder graph, String name, String of) {
        graph.node(name, "ReduceMean", List.of(of), GraphBuilder.attribute("axes", List.of(-1L)));
    }

    private static Tensor mask() {
        Tensor mask = Tensor.zeros(WIDTH);
        mask.values()[0] = -Float.MAX_VALUE;
        return mask;
    }
}
