package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A BERT encoder in operations that have gradients; the same numbers as the ONNX graph it was read
 * from.
 *
 * <p>Results attach to the manager of an operation's first operand, so the first operand is always
 * one of the step: closing the step's manager frees the step.
 */
final class BertEncoder {

    private final int layers;
    private final int heads;
    private final int hidden;
    private final Map<String, NDArray> frozen = new LinkedHashMap<>();

    /**
     * @param manager owns the weights, and outlives this
     */
    BertEncoder(NDManager manager, EncoderGraph graph) {
        this.layers = graph.layers();
        this.heads = graph.encoder().heads();
        this.hidden = graph.hidden();
        for (String name : graph.names()) {
            Tensor weight = graph.weight(name);
            frozen.put(name, manager.create(weight.values(), new Shape(weight.shape())));
        }
    }

    /** The encoder's own weights. */
    Map<String, NDArray> frozen() {
        return frozen;
    }

    /**
     * Runs the encoder.
     *
     * @param step owns what is made on the way
     * @param dropout share of values dropped, 0 for none
     * @return the last hidden state, shape {@code [rows, tokens, hidden]}
     */
    NDArray forward(NDManager step, TokenBatch batch, Weights weights, float dropout) {
        long rows = batch.rows();
        long tokens = batch.tokens();
        Shape shape = new Shape(rows, tokens);
        NDArray bias = step.create(batch.paddingBias(), new Shape(rows, 1, 1, tokens));
        NDArray x =
                lookUp(step.create(batch.ids(), shape), weights, "word")
                        .add(lookUp(step.create(batch.types(), shape), weights, "token_type"))
                        .add(
                                lookUp(
                                        step.arange((int) tokens).toType(DataType.INT64, false),
                                        weights,
                                        "position"));
        x = drop(norm(x, weights, "embeddings.LayerNorm"), dropout);
        for (int i = 0; i < layers; i++) {
            String layer = "encoder.layer." + i;
            NDArray attended = attend(x, bias, weights, layer + ".attention.self");
            attended = drop(weights.dense(attended, layer + ".attention.output.dense"), dropout);
            x = norm(attended.add(x), weights, layer + ".attention.output.LayerNorm");
            NDArray wide = Activation.gelu(weights.dense(x, layer + ".intermediate.dense"));
            NDArray narrow = drop(weights.dense(wide, layer + ".output.dense"), dropout);
            x = norm(narrow.add(x), weights, layer + ".output.LayerNorm");
        }
        return x;
    }

    private NDArray attend(NDArray x, NDArray bias, Weights weights, String module) {
        NDArray query = perHead(weights.dense(x, module + ".query"));
        NDArray key = perHead(weights.dense(x, module + ".key"));
        NDArray value = perHead(weights.dense(x, module + ".value"));
        double scale = 1 / Math.sqrt((double) hidden / heads);
        NDArray scores = query.matMul(key.transpose(0, 1, 3, 2)).mul(scale).add(bias);
        NDArray mixed = scores.softmax(-1).matMul(value).transpose(0, 2, 1, 3);
        return mixed.reshape(x.getShape());
    }

    /** From {@code [rows, tokens, hidden]} to {@code [rows, heads, tokens, hidden / heads]}. */
    private NDArray perHead(NDArray x) {
        Shape shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), heads, hidden / heads).transpose(0, 2, 1, 3);
    }

    private static NDArray lookUp(NDArray ids, Weights weights, String table) {
        NDArray rows = weights.get("embeddings." + table + "_embeddings.weight");
        return Embedding.embedding(ids, rows, SparseFormat.DENSE).singletonOrThrow();
    }

    private NDArray norm(NDArray x, Weights weights, String module) {
        return LayerNorm.layerNorm(
                        x,
                        new Shape(hidden),
                        weights.get(module + ".weight"),
                        weights.get(module + ".bias"),
                        Encoder.LAYER_NORM_EPSILON)
                .singletonOrThrow();
    }

    static NDArray drop(NDArray x, float rate) {
        return rate > 0 ? Dropout.dropout(x, rate, true).singletonOrThrow() : x;
    }
}
