package io.labelstream.inference;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/** Looks for values that are no finite numbers in the bytes of floats. */
final class FloatBits {

    /** The worst of the values. */
    enum Kind {
        FINITE,
        INFINITE,
        NAN
    }

    /** Element types of {@code TensorProto.DataType}. */
    private static final int FLOAT = 1;

    private static final int FLOAT16 = 10;
    private static final int BFLOAT16 = 16;

    /** All bits of the exponent, and none below: infinity. What is above it is NaN. */
    private static final int INFINITE_FLOAT = 0x7f80_0000;

    private static final int INFINITE_HALF = 0x7c00;
    private static final int INFINITE_BFLOAT = 0x7f80;

    private static final int AT_ONCE = 4096;

    private FloatBits() {}

    /**
     * Looks at all values of a tensor; those of a type that is no float are finite.
     *
     * @param bytes little-endian
     * @param type the number of an element type of ONNX
     * @param from where the first value begins
     * @param to behind the last value
     */
    static Kind worst(ByteBuffer bytes, int type, int from, int to) {
        ByteBuffer values = bytes.slice(from, to - from).order(bytes.order());
        return switch (type) {
            case FLOAT -> worst(values, Float.BYTES, INFINITE_FLOAT);
            case FLOAT16 -> worst(values, Short.BYTES, INFINITE_HALF);
            case BFLOAT16 -> worst(values, Short.BYTES, INFINITE_BFLOAT);
            default -> Kind.FINITE;
        };
    }

    private static Kind worst(ByteBuffer values, int size, int infinite) {
        int whole = values.limit() - values.limit() % Long.BYTES;
        if (areFinite(values.asLongBuffer(), size, infinite)
                && greatest(values, whole, size) < infinite) {
            return Kind.FINITE;
        }
        return greatest(values, 0, size) == infinite ? Kind.INFINITE : Kind.NAN;
    }

    /**
     * Looks at several values at once, for there are millions: to each exponent its lowest bit is
     * added, which carries into the place of the sign if all bits were set, and never further.
     */
    private static boolean areFinite(LongBuffer values, int size, int infinite) {
        long exponents = repeated(infinite, size);
        long lowest = repeated(Integer.lowestOneBit(infinite), size);
        long carries = 0;
        long[] some = new long[AT_ONCE];
        while (values.hasRemaining()) {
            int count = Math.min(some.length, values.remaining());
            values.get(some, 0, count);
            for (int i = 0; i < count; i++) {
                carries |= (some[i] & exponents) + lowest;
            }
        }
        long signs = repeated(1L << (size * Byte.SIZE - 1), size);
        return (carries & signs) == 0;
    }

    /** A value in each of the places that a long has for values of this size. */
    private static long repeated(long value, int size) {
        return value * (size == Float.BYTES ? 0x0000_0001_0000_0001L : 0x0001_0001_0001_0001L);
    }

    /** The greatest value without its sign: as whole numbers, bits of floats keep their order. */
    private static int greatest(ByteBuffer values, int from, int size) {
        int greatest = 0;
        for (int i = from; i <= values.limit() - size; i += size) {
            int bits =
                    size == Float.BYTES
                            ? values.getInt(i) & Integer.MAX_VALUE
                            : values.getShort(i) & Short.MAX_VALUE;
            greatest = Math.max(greatest, bits);
        }
        return greatest;
    }
}
