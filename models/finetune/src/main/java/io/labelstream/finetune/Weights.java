package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * The weights of one forward pass, by PyTorch name: those that are trained, and the encoder's own
 * behind them.
 *
 * @param trained live for one step, with gradients while training
 * @param frozen live as long as the model
 * @param loraScale what the product of a low-rank delta is multiplied by
 */
record Weights(Map<String, NDArray> trained, Map<String, NDArray> frozen, double loraScale) {

    /** A weight as it is now. */
    NDArray get(String name) {
        NDArray weight = trained.getOrDefault(name, frozen.get(name));
        if (weight == null) {
            throw new IllegalArgumentException("There is no weight " + name);
        }
        return weight;
    }

    /**
     * A dense layer, {@code x W + s (x A) B + b}: the product of A and B is never made, which
     * spares a third of the work of a step.
     *
     * @param x shape {@code [..., in]}
     * @return shape {@code [..., out]}
     */
    NDArray dense(NDArray x, String module) {
        NDArray y = x.matMul(get(module + ".weight"));
        NDArray a = trained.get(module + Lora.A);
        if (a != null) {
            NDArray b = trained.get(module + Lora.B).mul(loraScale);
            y = y.add(x.matMul(a).matMul(b));
        }
        return y.add(get(module + ".bias"));
    }
}
