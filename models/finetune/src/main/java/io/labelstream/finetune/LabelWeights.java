package io.labelstream.finetune;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How much a row counts in training, by its label. */
enum LabelWeights {
    /**
     * Balanced where the most frequent label has over one and a half times the rows of the rarest.
     */
    @JsonProperty("auto")
    AUTO,

    /** Every row the same. */
    @JsonProperty("none")
    NONE,

    /** Rare labels more: by the square root of how much rarer than the mean they are. */
    @JsonProperty("balanced")
    BALANCED;

    private static final double SKEWED = 1.5;

    /**
     * The one that users write so.
     *
     * @throws FineTuneException if there is none
     */
    static LabelWeights of(String key) {
        return Arrays.stream(values())
                .filter(weights -> weights.name().toLowerCase(Locale.ROOT).equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new FineTuneException(
                                        "--label-weights '%s' is unknown. Expected auto, none or balanced."
                                                .formatted(key)));
    }

    /**
     * Weights by label.
     *
     * @param rows of single-label data
     * @param labels how many there are, each in some row
     * @return shape {@code [labels]}; all 1 where rows count the same
     */
    float[] of(List<LabelledTokens> rows, int labels) {
        int[] counts = new int[labels];
        rows.forEach(row -> counts[row.label()]++);
        int most = Arrays.stream(counts).max().orElseThrow();
        int least = Arrays.stream(counts).min().orElseThrow();
        float[] weights = new float[labels];
        boolean balanced = this == BALANCED || (this == AUTO && most > SKEWED * least);
        for (int label = 0; label < labels; label++) {
            double rarity = (double) rows.size() / labels / Math.max(1, counts[label]);
            weights[label] = balanced ? (float) Math.sqrt(rarity) : 1;
        }
        return weights;
    }
}
