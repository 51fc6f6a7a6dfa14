package io.labelstream.finetune.quantize;

import java.util.Locale;

/**
 * What a new model may lose against its source.
 *
 * @param points of accuracy, 0 to 100, where the data has labels
 */
record LossBound(double points) {

    /** Share of texts that must keep their labels, with labelled data or without. */
    private static final double LEAST_AGREEMENT = 0.99;

    /** The difference of two shares is off by less; a row of any data that fits a disk is more. */
    private static final double ROUNDING = 1e-9;

    /** What was lost beyond the bound, for people; empty if nothing. */
    String exceededBy(Comparison comparison) {
        if (comparison.agreement() < LEAST_AGREEMENT) {
            return String.format(
                    Locale.ROOT,
                    "%.2f %% of %d texts keep their labels, expected %.0f %% or more",
                    100 * comparison.agreement(),
                    comparison.texts(),
                    100 * LEAST_AGREEMENT);
        }
        if (comparison.pointsLost() > points + ROUNDING) {
            return String.format(
                    Locale.ROOT,
                    "accuracy falls by %.2f points, expected %s or less",
                    comparison.pointsLost(),
                    points);
        }
        return "";
    }
}
