package io.labelstream.inference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A model's answer for one text.
 *
 * @param labels those asked for, best first; never empty
 */
public record Classification(List<ScoredLabel> labels) {

    public Classification {
        labels = List.copyOf(labels);
    }

    /** The best label. */
    public ScoredLabel best() {
        return labels.get(0);
    }

    /**
     * Scores logits.
     *
     * @param bundle gives labels, score function and temperature
     * @param logits shape {@code [labels]}
     * @param topK how many labels to keep, at least 1
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
        float[] scores = bundle.scoreFunction().scores(logits, bundle.temperature());
        List<ScoredLabel> labels = new ArrayList<>(Math.min(topK, scores.length));
        if (topK == 1) {
            int best = 0;
            for (int i = 1; i < scores.length; i++) {
                best = scores[i] > scores[best] ? i : best;
            }
            labels.add(new ScoredLabel(bundle.labels().get(best), scores[best]));
        } else {
            for (int i = 0; i < scores.length; i++) {
                labels.add(new ScoredLabel(bundle.labels().get(i), scores[i]));
            }
            labels.sort(Comparator.comparing(ScoredLabel::score).reversed());
        }
        return new Classification(labels.subList(0, Math.min(topK, labels.size())));
    }
}
