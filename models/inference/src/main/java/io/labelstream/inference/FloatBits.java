package io.labelstream.inference;

import java.nio.ByteBuffer;

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
        return switch (type) {
            case FLOAT -> kind(greatestFloat(bytes, from, to), INFINITE_FLOAT);
            case FLOAT16 -> kind(greatestHalf(bytes, from, to), INFINITE_HALF);
            case BFLOAT16 -> kind(greatestHalf(bytes, from, to), INFINITE_BFLOAT);
            default -> Kind.FINITE;
        };
    }

    private static Kind kind(int greatest, int infinite) {
        if (greatest < infinite) {
            return Kind.FINITE;
        }
        return greatest == infinite ? Kind.INFINITE : Kind.NAN;
    }

    /** The greatest value without its sign: as whole numbers, bits of floats keep their order. */
    private static int greatestFloat(ByteBuffer bytes, int from, int to) {
        int greatest = 0;
        for (int i = from; i <= to - Float.BYTES; i += Float.BYTES) {
            greatest = Math.max(greatest, bytes.getInt(i) & Integer.MAX_VALUE);
        }
        return greatest;
    }

    private static int greatestHalf(ByteBuffer bytes, int from, int to) {
        int greatest = 0;
        for (int i = from; i <= to - Short.BYTES; i += Short.BYTES) {
            greatest = Math.max(greatest, bytes.getShort(i) & Short.MAX_VALUE);
        }
        return greatest;
    }
}
