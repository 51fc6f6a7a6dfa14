package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Encoder, head and what is trained of them. Owned by one thread.
 *
 * <p>Not for serving: assembled bundles are. This one has gradients.
 */
final class BertClassifier {

    private final BertEncoder encoder;
    private final Head head;
    private final Lora lora;
    private final Parameters parameters;

    /**
     * @param manager owns the model, and outlives this
     * @param values what is trained, as {@link #initial} or a delta has it
     */
    BertClassifier(
            NDManager manager,
            EncoderGraph graph,
            Head head,
            Lora lora,
            Map<String, Tensor> values) {
        this.encoder = new BertEncoder(manager, graph);
        this.head = head;
        this.lora = lora;
        this.parameters = new Parameters(manager, values);
    }

    /** What training starts from. */
    static Map<String, Tensor> initial(
            EncoderGraph graph,
            Head head,
            Tuning tuning,
            Lora lora,
            int labels,
            RandomGenerator random) {
        Map<String, Tensor> initial = new LinkedHashMap<>(tuning.initial(graph, lora, random));
        initial.putAll(head.initial(graph.hidden(), labels, random));
        return initial;
    }

    Parameters parameters() {
        return parameters;
    }

    /**
     * Runs the model.
     *
     * @param step owns what is made on the way
     * @param dropout share of values dropped, 0 for none
     * @return logits and attention, as {@link Head#forward}
     */
    NDList forward(NDManager step, TokenBatch batch, float dropout) {
        Weights weights = new Weights(parameters.views(step), encoder.frozen(), lora.scale());
        NDArray hidden = encoder.forward(step, batch, weights, dropout);
        NDArray poolingBias =
                step.create(batch.poolingBias(), new Shape(batch.rows(), batch.tokens()));
        NDArray segments =
                step.create(batch.types(), new Shape(batch.rows(), batch.tokens()))
                        .toType(DataType.FLOAT32, false);
        return head.forward(hidden, poolingBias, segments, weights, dropout);
    }
}
