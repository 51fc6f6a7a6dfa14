package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
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
 * special ones share it.
 *
 * <p>In the graph, {@code w} is repeated to {@value GraphHead#ROWS} columns; transposed, the scores
 * are as many equal rows of attention, as {@link GraphHead} wants them.
 */
final class AttentionHead implements Head {

    private static final int SIZE = 128;
    private static final String PROJECTION = "head.projection";
    private static final String SCORE = "head.score.weight";

    @Override
    public String key() {
        return "attention";
    }

    /** Tells the texts of a pair apart, and compares them. */
    @Override
    public Head forPairs() {
        return new PairAttentionHead();
    }

    @Override
    public Map<String, Tensor> initial(int hidden, int labels, RandomGenerator random) {
        Map<String, Tensor> weights = new LinkedHashMap<>(pooling(hidden, random));
        weights.putAll(Head.classifier(hidden, labels, random));
        return weights;
    }

    /** What the pooling starts from. */
    static Map<String, Tensor> pooling(int hidden, RandomGenerator random) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        double hiddenBound = 1 / Math.sqrt(hidden);
        weights.put(PROJECTION + ".weight", Initial.uniform(random, hiddenBound, hidden, SIZE));
        weights.put(PROJECTION + ".bias", Tensor.zeros(SIZE));
        weights.put(SCORE, Initial.uniform(random, 1 / Math.sqrt(SIZE), SIZE, 1));
        return weights;
    }

    @Override
    public NDList forward(
            NDArray hidden, NDArray poolingBias, NDArray segments, Weights weights, float dropout) {
        NDArray attention = scores(hidden, weights).add(poolingBias).softmax(-1);
        NDArray pooled = attention.expandDims(1).matMul(hidden).squeeze(1);
        NDArray logits = weights.dense(BertEncoder.drop(pooled, dropout), CLASSIFIER);
        return new NDList(logits, attention);
    }

    /** The score of each token, shape {@code [rows, tokens]}. */
    static NDArray scores(NDArray hidden, Weights weights) {
        return weights.dense(hidden, PROJECTION).tanh().matMul(weights.get(SCORE)).squeeze(-1);
    }

    @Override
    public void append(GraphBuilder graph, String hidden, Map<String, Tensor> weights) {
        GraphHead head = new GraphHead(graph, weights);
        String rows = appendScores(graph, head, hidden, weights);
        String masked = graph.node("/head/masked", "Add", rows, head.poolingBias());
        String attention = head.softmax("/head/Softmax", masked);
        head.logits(graph.node("/head/pooled", "MatMul", attention, hidden));
        head.output("attention", attention, "sequence_length");
    }

    /** The score of each token, as equal rows, shape {@code [batch, ROWS, tokens]}. */
    static String appendScores(
            GraphBuilder graph, GraphHead head, String hidden, Map<String, Tensor> weights) {
        String tanh =
                graph.node(
                        "/head/Tanh", "Tanh", head.dense("/head/projection", hidden, PROJECTION));
        String repeated = graph.constant(SCORE, repeated(weights.get(SCORE)));
        String scores = graph.node("/head/scores", "MatMul", tanh, repeated);
        return graph.node(
                "/head/rows",
                "Transpose",
                List.of(scores),
                GraphBuilder.attribute("perm", List.of(0L, 2L, 1L)));
    }

    /** From {@code [size, 1]} to {@code [size, ROWS]}, all columns equal. */
    private static Tensor repeated(Tensor column) {
        float[] values = new float[column.values().length * GraphHead.ROWS];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.values()[i / GraphHead.ROWS];
        }
        return Tensor.of(values, column.size(0), GraphHead.ROWS);
    }
}
