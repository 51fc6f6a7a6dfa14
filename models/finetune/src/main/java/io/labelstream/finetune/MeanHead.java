package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The mean over a text's own tokens: {@code logits = V mean_t(H_t) + c}. In a text without tokens
 * of its own, the mean over the special ones.
 */
final class MeanHead implements Head {

    @Override
    public String key() {
        return "mean";
    }

    @Override
    public Head forPairs() {
        return this;
    }

    @Override
    public Map<String, Tensor> initial(int hidden, int labels, RandomGenerator random) {
        return Head.classifier(hidden, labels, random);
    }

    @Override
    public NDList forward(
            NDArray hidden, NDArray poolingBias, NDArray segments, Weights weights, float dropout) {
        NDArray shares = poolingBias.softmax(-1);
        NDArray pooled = shares.expandDims(1).matMul(hidden).squeeze(1);
        return new NDList(weights.dense(BertEncoder.drop(pooled, dropout), CLASSIFIER));
    }

    @Override
    public void append(GraphBuilder graph, String hidden, Map<String, Tensor> weights) {
        GraphHead head = new GraphHead(graph, weights);
        String shares = head.softmax("/head/Softmax", head.poolingBias());
        String rows = head.repeat("/head/rows", shares);
        head.logits(graph.node("/head/pooled", "MatMul", rows, hidden));
    }
}
