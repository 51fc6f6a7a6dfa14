package io.labelstream.finetune.quantize;

import io.labelstream.finetune.Tensor;

/**
 * A matrix as 8-bit integers with a scale for each column: {@code values[i][j] * scales[j]} stands
 * for {@code matrix[i][j]}.
 *
 * <p>x86 processors without VNNI multiply pairs of unsigned activations and signed weights and add
 * each pair in 16 bits, which saturate. So rows 2k and 2k+1 of a column, where they have the same
 * sign, are together at most 128: 255 x 128 fits, and every processor gives the same integers.
 * Within that, each column takes the scale of least squared error.
 *
 * @param values row-major, shape {@code [in, out]}, each -127 to 127
 * @param scales shape {@code [out]}
 */
record ColumnWeights(byte[] values, float[] scales) {

    private static final int MOST = 127;
    private static final int MOST_OF_PAIR = 128;

    /**
     * Shares of the scale that uses all integers: below 1 clips the largest weights, at 2 no pair.
     */
    private static final double SMALLEST_SHARE = 0.8;

    private static final double SHARE_STEP = 0.05;
    private static final int SHARES = 25;

    /** Quantizes a matrix of shape {@code [in, out]}. */
    static ColumnWeights of(Tensor matrix) {
        int in = matrix.size(0);
        int out = matrix.size(1);
        byte[] values = new byte[in * out];
        float[] scales = new float[out];
        float[] column = new float[in];
        byte[] tried = new byte[in];
        for (int j = 0; j < out; j++) {
            float largest = Float.MIN_NORMAL;
            for (int i = 0; i < in; i++) {
                column[i] = matrix.values()[i * out + j];
                largest = Math.max(largest, Math.abs(column[i]));
            }
            double least = Double.POSITIVE_INFINITY;
            for (int k = 0; k < SHARES; k++) {
                float scale = (float) (largest * (SMALLEST_SHARE + k * SHARE_STEP) / MOST);
                double error = round(column, scale, tried);
                if (error < least) {
                    least = error;
                    scales[j] = scale;
                    for (int i = 0; i < in; i++) {
                        values[i * out + j] = tried[i];
                    }
                }
            }
        }
        return new ColumnWeights(values, scales);
    }

    /** Rounds a column; returns its squared error. */
    private static double round(float[] column, float scale, byte[] rounded) {
        for (int i = 0; i < column.length; i++) {
            rounded[i] = (byte) Math.max(-MOST, Math.min(MOST, Math.rint(column[i] / scale)));
        }
        for (int i = 0; i + 1 < column.length; i += 2) {
            int excess = Math.abs(rounded[i] + rounded[i + 1]) - MOST_OF_PAIR;
            if (excess > 0 && rounded[i] * rounded[i + 1] > 0) {
                int sign = Integer.signum(rounded[i]);
                rounded[i] -= (byte) (sign * (excess / 2));
                rounded[i + 1] -= (byte) (sign * (excess - excess / 2));
            }
        }
        double error = 0;
        for (int i = 0; i < column.length; i++) {
            double difference = rounded[i] * (double) scale - column[i];
            error += difference * difference;
        }
        return error;
    }

    /** Sum of each column as it stands for the matrix, times a factor: shape {@code [out]}. */
    float[] columnSums(double factor) {
        int out = scales.length;
        long[] sums = new long[out];
        for (int i = 0; i < values.length; i++) {
            sums[i % out] += values[i];
        }
        float[] result = new float[out];
        for (int j = 0; j < out; j++) {
            result[j] = (float) (sums[j] * (double) scales[j] * factor);
        }
        return result;
    }
}
