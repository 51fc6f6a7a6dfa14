package io.labelstream.finetune;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Low-rank adaptation: a matrix {@code W [in, out]} of the encoder stays as it is, and what
 * training adds to it is {@code scale * A B}, with {@code A [in, rank]} and {@code B [rank, out]}
 * small. Beside the matrices, all biases and LayerNorms are trained; embeddings never are.
 *
 * @param rank columns of A
 * @param alpha strength: the scale is {@code alpha / rank}
 */
record Lora(int rank, double alpha) {

    static final String A = ".lora_a";
    static final String B = ".lora_b";
    private static final String WEIGHT = ".weight";
    private static final Pattern ADAPTED =
            Pattern.compile("encoder\\.layer\\.\\d+\\..*(query|key|value|dense)\\.weight");

    Lora {
        if (rank < 1 || !(alpha > 0)) {
            throw new FineTuneException(
                    "Low-rank deltas have rank %d and alpha %s; expected a rank of at least 1 and an alpha above 0."
                            .formatted(rank, alpha));
        }
    }

    double scale() {
        return alpha / rank;
    }

    /** Whether a weight of the encoder is a matrix that gets a low-rank delta. */
    static boolean isAdapted(String weight) {
        return ADAPTED.matcher(weight).matches();
    }

    /** Whether a weight of the encoder is trained as a whole: it is small. */
    static boolean isReplaced(String weight) {
        return weight.endsWith(".bias") || weight.endsWith("LayerNorm.weight");
    }

    /** The name of what is added to a matrix, without the suffix {@link #A} or {@link #B}. */
    static String module(String weight) {
        return weight.substring(0, weight.length() - WEIGHT.length());
    }

    /**
     * What training of an encoder starts from: A random, B zero, so that nothing is added yet;
     * biases and LayerNorms as the encoder has them.
     */
    Map<String, Tensor> initial(EncoderGraph encoder, RandomGenerator random) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        for (String weight : encoder.names()) {
            if (isAdapted(weight)) {
                long[] shape = encoder.shape(weight);
                double bound = 1 / Math.sqrt((double) shape[0]);
                parameters.put(module(weight) + A, Initial.uniform(random, bound, shape[0], rank));
                parameters.put(module(weight) + B, Tensor.zeros(rank, shape[1]));
            } else if (isReplaced(weight)) {
                parameters.put(weight, encoder.weight(weight));
            }
        }
        return parameters;
    }

    /** Adds {@code scale * A B} to a matrix: the same bits on every machine. */
    Tensor merge(Tensor matrix, Tensor a, Tensor b) {
        int in = matrix.size(0);
        int out = matrix.size(1);
        if (a.size(0) != in || a.size(1) != rank || b.size(0) != rank || b.size(1) != out) {
            throw new FineTuneException(
                    "A delta of shapes %s and %s does not fit a matrix %s at rank %d. Was it made for another encoder?"
                            .formatted(a, b, matrix, rank));
        }
        float[] merged = new float[in * out];
        double[] row = new double[out];
        for (int i = 0; i < in; i++) {
            Arrays.fill(row, 0);
            for (int k = 0; k < rank; k++) {
                double factor = scale() * a.values()[i * rank + k];
                for (int j = 0; j < out; j++) {
                    row[j] += factor * b.values()[k * out + j];
                }
            }
            for (int j = 0; j < out; j++) {
                merged[i * out + j] = (float) (matrix.values()[i * out + j] + row[j]);
            }
        }
        return new Tensor(matrix.shape(), merged);
    }
}
