package io.labelstream.inference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model's answer for one text.
 *
 * @param best the best label, whether or not it applies
 * @param labels those asked for, best first, or all in id order where the model's rule says so;
 *     empty where none of a multi-label model's applies
 * @param outOfScope whether none of the model's labels fits the text
 */
public record Classification(ScoredLabel best, List<ScoredLabel> labels, boolean outOfScope) {

    public Classification {
        labels = List.copyOf(labels);
    }

    /**
     * Decides on logits.
     *
     * <p>A score reaches a threshold if it does so as a float, which is how scores are given: what
     * prints as 0.41 reaches 0.41.
     *
     * @param bundle gives labels and the rule
     * @param logits shape {@code [labels]}
     * @param topK how many labels to give, ties in the order of their ids, no threshold asked; 0
     *     for those that the model says apply: the best one, or all that reach their threshold
     * @throws InferenceException if a logit is not a finite number: such scores mean nothing
     */
    public static Classification of(ModelBundle bundle, float[] logits, int topK)
            throws InferenceException {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new InferenceException(
                        "model " + bundle.name() + " gave a score that is not a finite number");
            }
        }
        DecisionRule rule = bundle.decision();
        float[] scores = rule.scoreFunction().scores(logits, rule.temperature());
        int best = 0;
        boolean anyApplies = false;
        for (int i = 0; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
            anyApplies |= reaches(scores[i], rule.thresholds().get(i));
        }
        ScoredLabel bestLabel = new ScoredLabel(bundle.labels().get(best), scores[best]);
        List<ScoredLabel> labels;
        if (topK == 0 && rule.multiLabel()) {
            labels = anyApplies ? sorted(bundle, scores, true) : List.of();
        } else if (topK <= 1) {
            labels = List.of(bestLabel);
        } else {
            List<ScoredLabel> all = sorted(bundle, scores, false);
            labels = all.subList(0, Math.min(topK, all.size()));
        }
        boolean outOfScope =
                rule.multiLabel()
                        ? !anyApplies
                        : rule.outOfScope()
                                .map(o -> outOfScope(bundle, o, bestLabel.label(), logits))
                                .orElse(false);
        return new Classification(bestLabel, labels, outOfScope);
    }

    /**
     * The answer that users are given: as {@link #of}, but, where none was asked for, with every
     * label in id order if the model's rule says {@link DecisionRule#allScores}.
     *
     * @throws InferenceException as {@link #of}
     */
    public static Classification answer(ModelBundle bundle, float[] logits, int topK)
            throws InferenceException {
        Classification decided = of(bundle, logits, topK);
        DecisionRule rule = bundle.decision();
        if (topK > 0 || !rule.allScores()) {
            return decided;
        }
        float[] scores = rule.scoreFunction().scores(logits, rule.temperature());
        List<ScoredLabel> all =
                IntStream.range(0, scores.length)
                        .mapToObj(i -> new ScoredLabel(bundle.labels().get(i), scores[i]))
                        .toList();
        return new Classification(decided.best(), all, decided.outOfScope());
    }

    private static List<ScoredLabel> sorted(
            ModelBundle bundle, float[] scores, boolean onlyThoseThatApply) {
        List<Double> thresholds = bundle.decision().thresholds();
        List<ScoredLabel> labels = new ArrayList<>(scores.length);
        for (int i = 0; i < scores.length; i++) {
            if (!onlyThoseThatApply || reaches(scores[i], thresholds.get(i))) {
                labels.add(new ScoredLabel(bundle.labels().get(i), scores[i]));
            }
        }
        labels.sort(Comparator.comparing(ScoredLabel::score).reversed());
        return labels;
    }

    private static boolean reaches(float score, double threshold) {
        return score >= (float) threshold;
    }

    private static boolean outOfScope(
            ModelBundle bundle, OutOfScope rule, String best, float[] logits) {
        int index = rule.label().isEmpty() ? -1 : bundle.labels().indexOf(rule.label());
        return best.equals(rule.label())
                || rule.measure().of(logits, bundle.decision().temperature(), index)
                        < rule.threshold();
    }
}
