package io.labelstream.finetune;

import java.util.random.RandomGenerator;

/** Values that training starts from; the same generator gives the same values on every machine. */
final class Initial {

    private Initial() {}

    /** Evenly spread between {@code -bound} and {@code bound}. */
    static Tensor uniform(RandomGenerator random, double bound, long... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.values().length; i++) {
            tensor.values()[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return tensor;
    }
}
