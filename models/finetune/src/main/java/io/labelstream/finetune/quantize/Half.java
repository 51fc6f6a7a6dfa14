package io.labelstream.finetune.quantize;

/** 16-bit floats: 1 bit of sign, 5 of exponent, 10 of fraction. Java has them from 20 on. */
final class Half {

    private static final float SMALLEST_NORMAL = 0x1p-14f;
    private static final float STEP_BELOW_NORMAL = 0x1p-24f;
    private static final int INFINITY = 0x7C00;
    private static final int NOT_A_NUMBER = 0x7E00;
    private static final int FRACTION_BITS = 10;
    private static final int FLOAT_FRACTION_BITS = 23;
    private static final int EXPONENT_DIFFERENCE = 127 - 15;

    private Half() {}

    /** The nearest 16-bit float, ties to even; beyond 65,519 infinity. */
    static short of(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        float size = Math.abs(value);
        if (Float.isNaN(size)) {
            return (short) (sign | NOT_A_NUMBER);
        }
        if (size < SMALLEST_NORMAL) {
            return (short) (sign | (int) Math.rint(size / STEP_BELOW_NORMAL));
        }
        int shift = FLOAT_FRACTION_BITS - FRACTION_BITS;
        int bits = Float.floatToRawIntBits(size);
        int rounded = bits + (1 << (shift - 1)) - 1 + (bits >>> shift & 1);
        int half = (rounded >>> shift) - (EXPONENT_DIFFERENCE << FRACTION_BITS);
        return (short) (sign | Math.min(half, INFINITY));
    }
}
