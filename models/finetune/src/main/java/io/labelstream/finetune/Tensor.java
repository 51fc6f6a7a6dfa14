package io.labelstream.finetune;

import java.util.Arrays;

/**
 * Numbers with a shape, in plain Java: what is read from an encoder, trained, and stored.
 *
 * @param shape sizes, outermost first; empty for a single number
 * @param values row-major; as many as the shape's product
 */
public record Tensor(long[] shape, float[] values) {

    public Tensor {
        long cells = cells(shape);
        if (cells != values.length) {
            throw new IllegalArgumentException(
                    "Shape %s has %d cells, but there are %d values"
                            .formatted(Arrays.toString(shape), cells, values.length));
        }
    }

    public static Tensor of(float[] values, long... shape) {
        return new Tensor(shape, values);
    }

    public static Tensor zeros(long... shape) {
        return new Tensor(shape, new float[Math.toIntExact(cells(shape))]);
    }

    /** How many values a shape has. */
    static long cells(long... shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** Size of a dimension, which must fit an array index. */
    public int size(int dimension) {
        return Math.toIntExact(shape[dimension]);
    }

    public boolean hasShapeOf(Tensor other) {
        return Arrays.equals(shape, other.shape);
    }

    /** Says the shape only: a tensor may have millions of values. */
    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape);
    }
}
