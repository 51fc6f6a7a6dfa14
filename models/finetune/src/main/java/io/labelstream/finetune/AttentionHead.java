package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Additive attention over a text's own tokens:
 *
 * <pre>
 *   a = softmax(w . tanh(W H + b) + mask)    [batch, tokens]
 *   z = sum_t a_t H_t                        [batch, hidden]
 *   logits = V z + c                         [batch, labels]
 * </pre>
 *
 * <p>Special tokens and padding get a weight of exactly 0; in a text without tokens of its own, the
 * special ones share it. Padding is masked far deeper than special tokens, so that such a text,
 * too, gives the same bits alone and padded.
 *
 * <p>In the graph, logits must not depend on what else is in the batch, down to the last bit. ONNX
 * Runtime takes another path for products with one row or one column, and sums in another order
 * there, so there are none: {@code w} is repeated to {@value #ROWS} columns, the scores are
 * transposed to as many equal rows of attention, and these go through both products. At the end row
 * 0 is taken.
 */
final class AttentionHead implements Head {

    static final float SPECIAL_BIAS = -1e9f;
    static final float PADDING_BIAS = -1e30f;

    private static final int SIZE = 128;
    private static final int ROWS = 4;
    private static final String PROJECTION = "head.projection";
    private static final String SCORE = "head.score.weight";
    private static final String CLASSIFIER = "head.classifier";
    private static final AttributeProto ROW_AXIS = GraphBuilder.attribute("axes", List.of(1L));
    private static final AttributeProto TO_FLOAT =
            GraphBuilder.attribute("to", TensorProto.DataType.FLOAT.getNumber());

    @Override
    public String key() {
        return "attention";
    }

    @Override
    public Map<String, Tensor> initial(int hidden, int labels, RandomGenerator random) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        double hiddenBound = 1 / Math.sqrt(hidden);
        weights.put(PROJECTION + ".weight", Initial.uniform(random, hiddenBound, hidden, SIZE));
        weights.put(PROJECTION + ".bias", Tensor.zeros(SIZE));
        weights.put(SCORE, Initial.uniform(random, 1 / Math.sqrt(SIZE), SIZE, 1));
        weights.put(CLASSIFIER + ".weight", Initial.uniform(random, hiddenBound, hidden, labels));
        weights.put(CLASSIFIER + ".bias", Tensor.zeros(labels));
        return weights;
    }

    @Override
    public NDList forward(NDArray hidden, NDArray poolingBias, Weights weights, float dropout) {
        NDArray scores = weights.dense(hidden, PROJECTION).tanh().matMul(weights.get(SCORE));
        NDArray attention = scores.squeeze(-1).add(poolingBias).softmax(-1);
        NDArray pooled = attention.expandDims(1).matMul(hidden).squeeze(1);
        NDArray logits = weights.dense(BertEncoder.drop(pooled, dropout), CLASSIFIER);
        return new NDList(logits, attention);
    }

    @Override
    public void append(GraphBuilder graph, String hidden, Map<String, Tensor> weights) {
        String projected = dense(graph, "/head/projection", hidden, PROJECTION, weights);
        String tanh = graph.node("/head/Tanh", "Tanh", projected);
        String repeated = graph.constant(SCORE, repeated(weights.get(SCORE)));
        String scores = graph.node("/head/scores", "MatMul", tanh, repeated);
        String rows =
                graph.node(
                        "/head/rows",
                        "Transpose",
                        List.of(scores),
                        GraphBuilder.attribute("perm", List.of(0L, 2L, 1L)));
        String masked = graph.node("/head/masked", "Add", rows, poolingBias(graph));
        String attention =
                graph.node(
                        "/head/Softmax",
                        "Softmax",
                        List.of(masked),
                        GraphBuilder.attribute("axis", 2));
        String pooled = graph.node("/head/pooled", "MatMul", attention, hidden);
        String logits = dense(graph, "/head/classifier", pooled, CLASSIFIER, weights);

        String first = graph.constant("/head/first", 0);
        graph.node("logits", "Squeeze", List.of(firstRow(graph, logits, first)), ROW_AXIS);
        graph.node("attention", "Squeeze", List.of(firstRow(graph, attention, first)), ROW_AXIS);
        graph.output(
                "logits",
                "batch_size",
                Integer.toString(weights.get(CLASSIFIER + ".bias").size(0)));
        graph.output("attention", "batch_size", "sequence_length");
    }

    private static String firstRow(GraphBuilder graph, String value, String first) {
        String end = graph.constant(value + "/end", 1);
        String axis = graph.constant(value + "/axis", 1);
        return graph.node(value + "/first", "Slice", value, first, end, axis);
    }

    private static String dense(
            GraphBuilder graph, String name, String x, String module, Map<String, Tensor> weights) {
        String weight = graph.constant(module + ".weight", weights.get(module + ".weight"));
        String bias = graph.constant(module + ".bias", weights.get(module + ".bias"));
        return graph.node(
                name + "/Add", "Add", graph.node(name + "/MatMul", "MatMul", x, weight), bias);
    }

    /** As {@link TokenBatch#poolingBias}, shape {@code [batch, 1, tokens]}. */
    private static String poolingBias(GraphBuilder graph) {
        String cls = graph.constant("/head/cls_id", Encoder.CLS_ID);
        String sep = graph.constant("/head/sep_id", Encoder.SEP_ID);
        String isCls = graph.node("/head/is_cls", "Equal", "input_ids", cls);
        String isSep = graph.node("/head/is_sep", "Equal", "input_ids", sep);
        String isSpecial = graph.node("/head/is_special", "Or", isCls, isSep);
        String special = graph.node("/head/special", "Cast", List.of(isSpecial), TO_FLOAT);
        String specialBias =
                graph.node(
                        "/head/special_bias",
                        "Mul",
                        special,
                        graph.constant(
                                "/head/special_depth", Tensor.of(new float[] {SPECIAL_BIAS}, 1)));
        String token = graph.node("/head/token", "Cast", List.of("attention_mask"), TO_FLOAT);
        String padding =
                graph.node(
                        "/head/padding",
                        "Sub",
                        graph.constant("/head/one", Tensor.of(new float[] {1}, 1)),
                        token);
        String paddingBias =
                graph.node(
                        "/head/padding_bias",
                        "Mul",
                        padding,
                        graph.constant(
                                "/head/padding_depth", Tensor.of(new float[] {PADDING_BIAS}, 1)));
        String bias = graph.node("/head/bias", "Add", specialBias, paddingBias);
        return graph.node("/head/pooling_bias", "Unsqueeze", List.of(bias), ROW_AXIS);
    }

    /** From {@code [size, 1]} to {@code [size, ROWS]}, all columns equal. */
    private static Tensor repeated(Tensor column) {
        float[] values = new float[column.values().length * ROWS];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.values()[i / ROWS];
        }
        return Tensor.of(values, column.size(0), ROWS);
    }
}
