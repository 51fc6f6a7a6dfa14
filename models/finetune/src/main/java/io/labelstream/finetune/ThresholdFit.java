package io.labelstream.finetune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds for each label of a multi-label model the score from which on it applies: the one with the
 * best F1 on validation rows, halfway between two scores. A label that is rare there stays at one
 * half, as a handful of rows says little.
 */
final class ThresholdFit {

    private static final double HALF = 0.5;
    private static final int RARE = 10;

    private ThresholdFit() {}

    private record Scored(double score, boolean truth) {}

    /**
     * Fits thresholds.
     *
     * @param logits shape {@code [labels]} each
     * @param truths indexes of the true labels of each
     * @param temperature that logits are divided by
     * @return a threshold from 0 to 1 for each label
     */
    static List<Double> of(List<float[]> logits, List<int[]> truths, double temperature) {
        int labels = logits.get(0).length;
        List<Double> thresholds = new ArrayList<>(labels);
        for (int label = 0; label < labels; label++) {
            List<Scored> scored = new ArrayList<>(logits.size());
            for (int row = 0; row < logits.size(); row++) {
                double score = 1 / (1 + Math.exp(-logits.get(row)[label] / temperature));
                scored.add(new Scored(score, contains(truths.get(row), label)));
            }
            thresholds.add(of(scored));
        }
        return thresholds;
    }

    private static double of(List<Scored> scored) {
        long truths = scored.stream().filter(Scored::truth).count();
        if (truths < RARE) {
            return HALF;
        }
        scored.sort(Comparator.comparingDouble(Scored::score).reversed());
        double best = HALF;
        double bestF1 = f1(scored, HALF, truths);
        int right = 0;
        for (int found = 1; found < scored.size(); found++) {
            right += scored.get(found - 1).truth() ? 1 : 0;
            if ((float) scored.get(found - 1).score() == (float) scored.get(found).score()) {
                // No threshold comes between equal scores.
                continue;
            }
            double threshold = (scored.get(found - 1).score() + scored.get(found).score()) / 2;
            double f1 = 2.0 * right / (found + truths);
            boolean nearer = Math.abs(threshold - HALF) < Math.abs(best - HALF);
            if (f1 > bestF1 || (f1 == bestF1 && nearer)) {
                best = threshold;
                bestF1 = f1;
            }
        }
        return best;
    }

    private static double f1(List<Scored> scored, double threshold, long truths) {
        long found = scored.stream().filter(row -> row.score() >= threshold).count();
        long right = scored.stream().filter(row -> row.truth() && row.score() >= threshold).count();
        return 2.0 * right / (found + truths);
    }

    private static boolean contains(int[] truths, int label) {
        for (int truth : truths) {
            if (truth == label) {
                return true;
            }
        }
        return false;
    }
}
