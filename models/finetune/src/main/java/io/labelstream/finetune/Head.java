package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands on an encoder and turns its last hidden state into logits: the same computation
 * twice, once in operations with gradients for training, once in ONNX operators for the assembled
 * graph.
 */
interface Head {

    /** Module of the last layer, from pooled to logits. */
    String CLASSIFIER = "head.classifier";

    /** Those to choose from. */
    List<Head> CHOICES = List.of(new AttentionHead(), new ClsHead(), new MeanHead());

    /** All that a delta may name. */
    List<Head> ALL = Stream.concat(CHOICES.stream(), Stream.of(new PairAttentionHead())).toList();

    /**
     * The head that a user chose.
     *
     * @throws FineTuneException if there is no choice of this name
     */
    static Head choice(String key) {
        return find(CHOICES, key);
    }

    /**
     * The head that a delta names.
     *
     * @throws FineTuneException if there is none
     */
    static Head of(String key) {
        return find(ALL, key);
    }

    private static Head find(List<Head> heads, String key) {
        return heads.stream()
                .filter(head -> head.key().equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new FineTuneException(
                                        "Head '%s' is unknown. Expected one of: %s."
                                                .formatted(
                                                        key,
                                                        heads.stream()
                                                                .map(Head::key)
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }

    /** Its name as users write it, and as deltas and bundles carry it. */
    String key();

    /** The head that takes this one's place on pairs of texts. */
    Head forPairs();

    /** What training starts from: the head's weights by name. */
    Map<String, Tensor> initial(int hidden, int labels, RandomGenerator random);

    /**
     * Runs the head.
     *
     * @param hidden the encoder's last hidden state, shape {@code [rows, tokens, hidden]}
     * @param poolingBias as {@link TokenBatch#poolingBias}, shape {@code [rows, tokens]}
     * @param segments 1 from the second text of a pair on, else 0, shape {@code [rows, tokens]}
     * @param dropout share of values dropped, 0 for none
     * @return logits, shape {@code [rows, labels]}, and from a head that has it each token's
     *     attention, shape {@code [rows, tokens]}
     */
    NDList forward(
            NDArray hidden, NDArray poolingBias, NDArray segments, Weights weights, float dropout);

    /**
     * Adds the head to a graph, from {@code hidden} to the output {@code logits} and, where the
     * head has it, {@code attention}.
     *
     * @param hidden name of the encoder's last hidden state
     * @param weights the head's weights, as trained
     */
    void append(GraphBuilder graph, String hidden, Map<String, Tensor> weights);

    /** What the last layer of every head starts from. */
    static Map<String, Tensor> classifier(int hidden, int labels, RandomGenerator random) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put(
                CLASSIFIER + ".weight",
                Initial.uniform(random, 1 / Math.sqrt(hidden), hidden, labels));
        weights.put(CLASSIFIER + ".bias", Tensor.zeros(labels));
        return weights;
    }
}
