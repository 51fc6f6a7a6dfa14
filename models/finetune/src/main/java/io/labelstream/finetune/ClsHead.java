package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The hidden state of {@code [CLS]}, the first token: {@code logits = V h_0 + c}. */
final class ClsHead implements Head {

    @Override
    public String key() {
        return "cls";
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
        NDArray pooled = hidden.get(new NDIndex(":, 0"));
        return new NDList(weights.dense(BertEncoder.drop(pooled, dropout), CLASSIFIER));
    }

    @Override
    public void append(GraphBuilder graph, String hidden, Map<String, Tensor> weights) {
        GraphHead head = new GraphHead(graph, weights);
        String start = graph.constant("/head/cls/start", 0);
        String end = graph.constant("/head/cls/end", 1);
        String axis = graph.constant("/head/cls/axis", 1);
        String cls = graph.node("/head/cls", "Slice", hidden, start, end, axis);
        head.logits(head.repeat("/head/pooled", cls));
    }
}
