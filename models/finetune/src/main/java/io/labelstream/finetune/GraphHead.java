package io.labelstream.finetune;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.Map;

/**
 * What the graphs of all heads have in common.
 *
 * <p>Logits must not depend on what else is in the batch, down to the last bit. ONNX Runtime takes
 * another path for products with one row or one column, and sums in another order there, so there
 * are none: what is one row a text goes through the products as {@value #ROWS} equal rows, and at
 * the end row 0 is taken.
 *
 * <p>Only operators whose form is the same from opset 11 on are used, as a graph keeps the opset of
 * its encoder: {@code Reshape} in place of {@code Squeeze}, whose axes moved.
 */
final class GraphHead {

    static final int ROWS = 4;

    private static final AttributeProto TO_FLOAT =
            GraphBuilder.attribute("to", TensorProto.DataType.FLOAT.getNumber());

    private static final AttributeProto TO_LONG =
            GraphBuilder.attribute("to", TensorProto.DataType.INT64.getNumber());

    private final GraphBuilder graph;
    private final Map<String, Tensor> weights;

    /**
     * @param weights the head's weights, as trained
     */
    GraphHead(GraphBuilder graph, Map<String, Tensor> weights) {
        this.graph = graph;
        this.weights = weights;
    }

    /** A dense layer of the module's weight and bias. */
    String dense(String name, String x, String module) {
        String weight = graph.constant(module + ".weight", weights.get(module + ".weight"));
        String bias = graph.constant(module + ".bias", weights.get(module + ".bias"));
        return graph.node(
                name + "/Add", "Add", graph.node(name + "/MatMul", "MatMul", x, weight), bias);
    }

    /** Repeats the one row of each text, from {@code [batch, 1, size]} to {@value #ROWS} rows. */
    String repeat(String name, String row) {
        return graph.node(
                name, "Concat", List.of(row, row, row, row), GraphBuilder.attribute("axis", 1));
    }

    /** Classifies pooled rows, and makes the result the output {@code logits [batch, labels]}. */
    void logits(String pooled) {
        String all = dense("/head/classifier", pooled, Head.CLASSIFIER);
        output("logits", all, Integer.toString(weights.get(Head.CLASSIFIER + ".bias").size(0)));
    }

    /** Scores to shares, over the tokens: the last of three axes. */
    String softmax(String name, String scores) {
        return graph.node(name, "Softmax", List.of(scores), GraphBuilder.attribute("axis", 2));
    }

    /** Makes row 0 of each text an output of shape {@code [batch, size]}. */
    void output(String name, String rows, String size) {
        String first = graph.constant(rows + "/start", 0);
        String end = graph.constant(rows + "/end", 1);
        String axis = graph.constant(rows + "/axis", 1);
        String row = graph.node(rows + "/first", "Slice", rows, first, end, axis);
        graph.node(name, "Reshape", row, graph.constant(rows + "/shape", 0, -1));
        graph.output(name, "batch_size", size);
    }

    /** As {@link TokenBatch#poolingBias}, shape {@code [batch, 1, tokens]}. */
    String poolingBias() {
        String cls = graph.constant("/head/cls_id", Encoder.CLS_ID);
        String sep = graph.constant("/head/sep_id", Encoder.SEP_ID);
        String ids = graph.node("/head/ids", "Cast", List.of("input_ids"), TO_LONG);
        String isCls = graph.node("/head/is_cls", "Equal", ids, cls);
        String isSep = graph.node("/head/is_sep", "Equal", ids, sep);
        String isSpecial = graph.node("/head/is_special", "Or", isCls, isSep);
        String special = graph.node("/head/special", "Cast", List.of(isSpecial), TO_FLOAT);
        String specialBias =
                graph.node(
                        "/head/special_bias",
                        "Mul",
                        special,
                        number("/head/special_depth", TokenBatch.SPECIAL_BIAS));
        String token = graph.node("/head/token", "Cast", List.of("attention_mask"), TO_FLOAT);
        String padding = graph.node("/head/padding", "Sub", number("/head/one", 1), token);
        String paddingBias =
                graph.node(
                        "/head/padding_bias",
                        "Mul",
                        padding,
                        number("/head/padding_depth", TokenBatch.PADDING_BIAS));
        String bias = graph.node("/head/bias", "Add", specialBias, paddingBias);
        String shape = graph.constant("/head/pooling_bias/shape", 0, 1, -1);
        return graph.node("/head/pooling_bias", "Reshape", bias, shape);
    }

    /** 1 from the second text of a pair on, else 0, shape {@code [batch, 1, tokens]}. */
    String segments() {
        String types = graph.node("/head/types", "Cast", List.of("token_type_ids"), TO_FLOAT);
        return graph.node(
                "/head/segments",
                "Reshape",
                types,
                graph.constant("/head/segments/shape", 0, 1, -1));
    }

    String number(String name, float value) {
        return graph.constant(name, Tensor.of(new float[] {value}, 1));
    }
}
