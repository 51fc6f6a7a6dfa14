package io.labelstream.inference;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Weights of a fixture: random, but the same for the same name; read by graph and reference. */
final class TinyWeights {

    private final Map<String, float[]> byName = new HashMap<>();

    /** Values from a normal distribution, of a size that keeps a tiny encoder lively. */
    float[] get(String name, int count) {
        float[] weights =
                byName.computeIfAbsent(
                        name,
                        n -> {
                            Random random = new Random(n.hashCode());
                            float[] values = new float[count];
                            for (int i = 0; i < count; i++) {
                                values[i] = (float) (0.6 * random.nextGaussian());
                            }
                            return values;
                        });
        if (weights.length != count) {
            throw new IllegalArgumentException(
                    name + " has " + weights.length + " weights, not " + count);
        }
        return weights;
    }
}
