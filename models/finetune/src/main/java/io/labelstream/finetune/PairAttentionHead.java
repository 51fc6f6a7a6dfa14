package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Compares the two texts of a pair: each is pooled by additive attention over its own tokens, with
 * the same weights, and the classifier sees both and how they differ:
 *
 * <pre>
 *   u, v   = attention pooling of the first, the second text    [batch, hidden]
 *   logits = V [u; v; |u - v|; u * v] + c                       [batch, labels]
 * </pre>
 *
 * <p>{@code attention} is the mean of both, so it sums to 1 over a pair. Where there is no second
 * text, {@code v} is the mean of the first one's tokens.
 */
final class PairAttentionHead implements Head {

    /** Between that of special tokens and that of padding. */
    private static final float OTHER_TEXT_BIAS = -0x1p50f;

    private static final int VIEWS = 4;

    @Override
    public String key() {
        return "pair-attention";
    }

    @Override
    public Head forPairs() {
        return this;
    }

    @Override
    public Map<String, Tensor> initial(int hidden, int labels, RandomGenerator random) {
        Map<String, Tensor> weights = new LinkedHashMap<>(AttentionHead.pooling(hidden, random));
        weights.putAll(Head.classifier(VIEWS * hidden, labels, random));
        return weights;
    }

    @Override
    public NDList forward(
            NDArray hidden, NDArray poolingBias, NDArray segments, Weights weights, float dropout) {
        NDArray scores = AttentionHead.scores(hidden, weights).add(poolingBias);
        NDArray first = scores.add(segments.mul(OTHER_TEXT_BIAS)).softmax(-1);
        NDArray second = scores.add(segments.neg().add(1).mul(OTHER_TEXT_BIAS)).softmax(-1);
        NDArray u = BertEncoder.drop(pool(first, hidden), dropout);
        NDArray v = BertEncoder.drop(pool(second, hidden), dropout);
        NDArray views = NDArrays.concat(new NDList(u, v, u.sub(v).abs(), u.mul(v)), -1);
        return new NDList(weights.dense(views, CLASSIFIER), first.add(second).mul(0.5));
    }

    private static NDArray pool(NDArray attention, NDArray hidden) {
        return attention.expandDims(1).matMul(hidden).squeeze(1);
    }

    @Override
    public void append(GraphBuilder graph, String hidden, Map<String, Tensor> weights) {
        GraphHead head = new GraphHead(graph, weights);
        String scores = AttentionHead.appendScores(graph, head, hidden, weights);
        String masked = graph.node("/head/masked", "Add", scores, head.poolingBias());
        String segments = head.segments();
        String depth = head.number("/head/other_text_depth", OTHER_TEXT_BIAS);
        String firsts = graph.node("/head/is_first", "Sub", head.number("/head/unit", 1), segments);
        String first =
                head.softmax(
                        "/head/first/Softmax",
                        without(graph, "/head/first", masked, segments, depth));
        String second =
                head.softmax(
                        "/head/second/Softmax",
                        without(graph, "/head/second", masked, firsts, depth));
        String u = graph.node("/head/u", "MatMul", first, hidden);
        String v = graph.node("/head/v", "MatMul", second, hidden);
        String difference = graph.node("/head/difference", "Sub", u, v);
        String distance = graph.node("/head/distance", "Abs", difference);
        String product = graph.node("/head/product", "Mul", u, v);
        head.logits(
                graph.node(
                        "/head/views",
                        "Concat",
                        List.of(u, v, distance, product),
                        GraphBuilder.attribute("axis", 2)));
        String sum = graph.node("/head/attention_sum", "Add", first, second);
        String mean =
                graph.node("/head/attention_mean", "Mul", sum, head.number("/head/half", 0.5f));
        head.output("attention", mean, "sequence_length");
    }

    /** Scores of the one text: those of the other are masked. */
    private static String without(
            GraphBuilder graph, String name, String scores, String others, String depth) {
        String bias = graph.node(name + "/bias", "Mul", others, depth);
        return graph.node(name + "/masked", "Add", scores, bias);
    }
}
