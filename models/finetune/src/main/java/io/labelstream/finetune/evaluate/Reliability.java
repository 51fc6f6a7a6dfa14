package io.labelstream.finetune.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whether confidence can be believed: predictions sorted by confidence and cut into bins of equal
 * mass, as many predictions in each as in the next, give or take one.
 *
 * @param bins from the least to the most confident, none empty
 */
record Reliability(List<Bin> bins) {

    /** As many as papers use. */
    static final int BINS = 15;

    Reliability {
        bins = List.copyOf(bins);
    }

    /** How sure a prediction was, from 0 to 1, and whether it was right. */
    record Prediction(double confidence, boolean right) {}

    /**
     * Predictions of similar confidence.
     *
     * @param confidence their mean
     * @param accuracy share of them that was right
     * @param count how many, at least one
     */
    record Bin(double confidence, double accuracy, int count) {}

    /** Sorts predictions into {@value #BINS} bins, or one each where there are fewer. */
    static Reliability of(List<Prediction> predictions) {
        return of(predictions, BINS);
    }

    static Reliability of(List<Prediction> predictions, int most) {
        List<Prediction> sorted =
                predictions.stream()
                        .sorted(Comparator.comparingDouble(Prediction::confidence))
                        .toList();
        int bins = Math.min(most, sorted.size());
        List<Bin> result = new ArrayList<>(bins);
        int from = 0;
        for (int bin = 0; bin < bins; bin++) {
            // The first bins take what does not divide evenly, one each.
            int size = sorted.size() / bins + (bin < sorted.size() % bins ? 1 : 0);
            List<Prediction> part = sorted.subList(from, from + size);
            result.add(
                    new Bin(
                            part.stream().mapToDouble(Prediction::confidence).sum() / size,
                            (double) part.stream().filter(Prediction::right).count() / size,
                            size));
            from += size;
        }
        return new Reliability(result);
    }

    /**
     * The expected calibration error: the gap between confidence and accuracy, as the mean over all
     * predictions of the gap of their bin.
     *
     * @return from 0 to 1; NaN without predictions
     */
    double error() {
        int count = bins.stream().mapToInt(Bin::count).sum();
        return bins.stream()
                        .mapToDouble(
                                bin -> bin.count() * Math.abs(bin.confidence() - bin.accuracy()))
                        .sum()
                / count;
    }
}
