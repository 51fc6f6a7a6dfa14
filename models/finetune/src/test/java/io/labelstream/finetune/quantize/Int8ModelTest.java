package io.labelstream.finetune.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.GraphBuilder;
import io.labelstream.finetune.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class Int8ModelTest {

    private static final int WIDTH = TinyGraph.WIDTH;
    private static final Tensor WEIGHT = TinyGraph.random(1, 0.05, WIDTH, WIDTH);
    private static final Tensor BIAS = TinyGraph.random(2, 1, WIDTH);
    private static final Tensor X = TinyGraph.random(3, 1, 4, WIDTH);

    @Test
    void aProductIsThatOfTheRoundedNumbers() throws Exception {
        ModelProto model =
                Int8Model.of("tiny", TinyGraph.read(TinyGraph.of(Int8ModelTest::dense))).model();

        float[][] found = TinyGraph.run(model, X);
        ColumnWeights columns = ColumnWeights.of(WEIGHT);
        for (int row = 0; row < 4; row++) {
            double largest = 0;
            for (int i = 0; i < WIDTH; i++) {
                largest = Math.max(largest, Math.abs(X.values()[row * WIDTH + i]));
            }
            for (int j = 0; j < WIDTH; j++) {
                long sum = 0;
                for (int i = 0; i < WIDTH; i++) {
                    double steps = X.values()[row * WIDTH + i] * 127 / largest;
                    sum += Math.round(steps) * columns.values()[i * WIDTH + j];
                }
                double expected = sum * largest / 127 * columns.scales()[j] + BIAS.values()[j];
                // A step rounded the other way, as 32 bits see a tie, costs a weight's step.
                assertThat((double) found[row][j]).isCloseTo(expected, within(4e-3));
            }
        }
    }

    @Test
    void aRowIsTheSameBitsBesideALargerOne() throws Exception {
        ModelProto model =
                Int8Model.of("tiny", TinyGraph.read(TinyGraph.of(Int8ModelTest::dense))).model();
        Tensor beside = TinyGraph.random(3, 1, 4, WIDTH);
        for (int i = WIDTH; i < beside.values().length; i++) {
            beside.values()[i] *= 50;
        }
        Tensor alone = TinyGraph.random(3, 1, 1, WIDTH);

        assertThat(TinyGraph.run(model, beside)[0]).containsExactly(TinyGraph.run(model, alone)[0]);
    }

    @Test
    void aRowOfZerosGivesTheBias() throws Exception {
        ModelProto model =
                Int8Model.of("tiny", TinyGraph.read(TinyGraph.of(Int8ModelTest::dense))).model();

        assertThat(TinyGraph.run(model, Tensor.zeros(1, WIDTH))[0]).containsExactly(BIAS.values());
    }

    @Test
    void resultsOfAGeluTakeAllStepsAndTheBiasMakesUpForTheShift() throws Exception {
        ModelProto source = TinyGraph.of(graph -> gelu(graph, WEIGHT));
        ModelProto model = Int8Model.of("tiny", TinyGraph.read(source)).model();

        assertThat(model.getGraph().getNodeList())
                .anyMatch(node -> node.getName().equals("g/int8/shifted"));
        ModelProto rounded = TinyGraph.of(graph -> gelu(graph, roundedWeight()));
        float[][] expected = TinyGraph.run(rounded, X);
        float[][] found = TinyGraph.run(model, X);
        for (int row = 0; row < expected.length; row++) {
            assertThat(found[row]).containsExactly(expected[row], within(0.02f));
        }
    }

    @Test
    void productsOfOneInputShareItsIntegers() {
        ModelProto source =
                TinyGraph.of(
                        graph -> {
                            graph.constant("a", WEIGHT);
                            graph.constant("b", TinyGraph.random(5, 0.05, WIDTH, WIDTH));
                            graph.node("xa", "MatMul", "x", "a");
                            graph.node("xb", "MatMul", "x", "b");
                            graph.node("y", "Add", "xa", "xb");
                        });
        List<NodeProto> nodes =
                Int8Model.of("tiny", TinyGraph.read(source)).model().getGraph().getNodeList();

        assertThat(nodes).filteredOn(node -> node.getOpType().equals("MatMulInteger")).hasSize(2);
        assertThat(nodes).filteredOn(node -> node.getOpType().equals("QuantizeLinear")).hasSize(1);
    }

    @Test
    void attentionsValuesStayFloats() {
        ModelProto source =
                TinyGraph.of(
                        graph -> {
                            graph.constant("k", WEIGHT);
                            graph.constant("v", TinyGraph.random(5, 0.05, WIDTH, WIDTH));
                            graph.constant("v.bias", BIAS);
                            graph.node("keys", "MatMul", "x", "k");
                            graph.node("product", "MatMul", "x", "v");
                            graph.node("values", "Add", "v.bias", "product");
                            graph.node("turned", "Transpose", "keys");
                            graph.node("scores", "MatMul", "x", "turned");
                            graph.node("weights", "Softmax", "scores");
                            graph.node("y", "MatMul", "weights", "values");
                        });
        Converted converted = Int8Model.of("tiny", TinyGraph.read(source));

        assertThat(converted.changes())
                .contains("1 products and 0 embedding tables in int8")
                .contains("1 products of attention's values");
        assertThat(converted.model().getGraph().getInitializerList())
                .extracting(TensorProto::getName)
                .contains("v", "k/int8")
                .doesNotContain("k");
    }

    @Test
    void refusesAModelWithNothingToQuantize() {
        ModelProto source = TinyGraph.of(graph -> graph.node("y", "Tanh", "x"));

        assertThatThrownBy(() -> Int8Model.of("tiny", TinyGraph.read(source)))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("Model tiny: no product of a float matrix");
    }

    @Test
    void refusesWhatIsConvertedAlready() {
        ModelProto source = TinyGraph.of(Int8ModelTest::dense);
        byte[] int8 = Int8Model.of("tiny", TinyGraph.read(source)).model().toByteArray();
        byte[] fp16 = HalfModel.of(TinyGraph.read(source)).model().toByteArray();

        assertThatThrownBy(() -> SourceGraph.read("tiny", int8))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("it was converted before");
        assertThatThrownBy(() -> SourceGraph.read("tiny", fp16))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("weights of FLOAT16, expected 32-bit floats");
    }

    @Test
    void refusesWhatIsNoModel() {
        assertThatThrownBy(() -> SourceGraph.read("tiny", new byte[] {1, 2, 3}))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("Model tiny: not readable as ONNX");
    }

    private static void dense(GraphBuilder graph) {
        graph.constant("w", WEIGHT);
        graph.constant("bias", BIAS);
        graph.node("product", "MatMul", "x", "w");
        graph.node("y", "Add", "bias", "product");
    }

    private static Tensor roundedWeight() {
        ColumnWeights columns = ColumnWeights.of(WEIGHT);
        Tensor rounded = Tensor.zeros(WIDTH, WIDTH);
        for (int i = 0; i < rounded.values().length; i++) {
            rounded.values()[i] = columns.values()[i] * columns.scales()[i % WIDTH];
        }
        return rounded;
    }

    private static void gelu(GraphBuilder graph, Tensor weight) {
        graph.constant("root", Tensor.of(new float[] {(float) Math.sqrt(2)}));
        graph.constant("one", Tensor.of(new float[] {1}));
        graph.constant("half", Tensor.of(new float[] {0.5f}));
        graph.constant("w", weight);
        graph.constant("bias", BIAS);
        graph.node("d", "Div", "x", "root");
        graph.node("e", "Erf", "d");
        graph.node("s", "Add", "e", "one");
        graph.node("m", "Mul", "x", "s");
        graph.node("g", "Mul", "m", "half");
        graph.node("product", "MatMul", "g", "w");
        graph.node("y", "Add", "bias", "product");
    }
}
