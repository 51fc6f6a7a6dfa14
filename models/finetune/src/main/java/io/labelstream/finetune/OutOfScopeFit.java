package io.labelstream.finetune;

import io.labelstream.inference.OutOfScopeMeasure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses how a model says "none of these": of all measures of fit, and all thresholds that cost at
 * most a stated share of the in-scope accuracy, the pair that finds most of the texts out of scope.
 * Measured on validation rows, of which some must be out of scope.
 */
final class OutOfScopeFit {

    private OutOfScopeFit() {}

    /**
     * What was chosen, and what it does on the validation rows.
     *
     * @param threshold of the measure, below which a text is out of scope
     * @param inScopeAccuracy share of in-scope rows that get their label and no verdict
     * @param recall share of out-of-scope rows that get the verdict
     */
    record Choice(
            OutOfScopeMeasure measure, double threshold, double inScopeAccuracy, double recall) {}

    /**
     * Measures all and chooses.
     *
     * @param logits shape {@code [labels]} each
     * @param truths index of the true label of each
     * @param temperature that logits are divided by
     * @param outOfScope index of the label that itself means "none of these"
     * @param loss most in-scope accuracy to give up, such as 0.005
     * @return a choice for each measure, the best first; empty if no row is out of scope
     */
    static List<Choice> of(
            List<float[]> logits,
            List<Integer> truths,
            double temperature,
            int outOfScope,
            double loss) {
        List<Choice> choices = new ArrayList<>();
        if (truths.contains(outOfScope) && truths.stream().anyMatch(t -> t != outOfScope)) {
            for (OutOfScopeMeasure measure : OutOfScopeMeasure.values()) {
                choices.add(choose(measure, logits, truths, temperature, outOfScope, loss));
            }
        }
        choices.sort((one, other) -> Double.compare(other.recall(), one.recall()));
        return choices;
    }

    private static Choice choose(
            OutOfScopeMeasure measure,
            List<float[]> logits,
            List<Integer> truths,
            double temperature,
            int outOfScope,
            double loss) {
        int rows = logits.size();
        double[] fit = new double[rows];
        boolean[] right = new boolean[rows];
        int inScope = 0;
        for (int row = 0; row < rows; row++) {
            int best = Logits.best(logits.get(row));
            // The label itself is a verdict, whatever the measure says.
            fit[row] =
                    best == outOfScope
                            ? Double.NEGATIVE_INFINITY
                            : measure.of(logits.get(row), temperature, outOfScope);
            right[row] = truths.get(row) == best && best != outOfScope;
            inScope += truths.get(row) == outOfScope ? 0 : 1;
        }
        double[] rightFits = new double[rows];
        int rightRows = 0;
        for (int row = 0; row < rows; row++) {
            if (right[row]) {
                rightFits[rightRows++] = fit[row];
            }
        }
        rightFits = Arrays.copyOf(rightFits, rightRows);
        Arrays.sort(rightFits);
        int lost = Math.min((int) (loss * inScope), Math.max(0, rightRows - 1));
        double threshold = between(fit, rightRows == 0 ? 0 : rightFits[lost]);
        int found = 0;
        for (int row = 0; row < rows; row++) {
            found += truths.get(row) == outOfScope && fit[row] < threshold ? 1 : 0;
        }
        int kept = (int) Arrays.stream(rightFits).filter(value -> value >= threshold).count();
        return new Choice(
                measure, threshold, (double) kept / inScope, (double) found / (rows - inScope));
    }

    /** Halfway between a fit that must stay in scope and the next lower one of any row. */
    private static double between(double[] fits, double kept) {
        double below = Double.NEGATIVE_INFINITY;
        for (double fit : fits) {
            below = fit < kept ? Math.max(below, fit) : below;
        }
        return below == Double.NEGATIVE_INFINITY ? kept : (below + kept) / 2;
    }
}
