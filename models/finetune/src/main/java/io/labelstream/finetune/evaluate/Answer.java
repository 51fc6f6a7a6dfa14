package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.LabelledText;
import io.labelstream.inference.ScoredLabel;
import java.util.List;
import java.util.Set;

/**
 * What a model said of a labelled row.
 *
 * @param row what is true
 * @param best the best label with its calibrated score, whether or not it applies
 * @param outOfScope whether the model says that none of its labels fits
 * @param found the labels that count as found, best first; empty for none
 */
record Answer(LabelledText row, ScoredLabel best, boolean outOfScope, List<String> found) {

    Answer {
        found = List.copyOf(found);
    }

    /** Whether exactly the true labels were found. */
    boolean right() {
        return Set.copyOf(found).equals(Set.copyOf(row.labels()));
    }

    /** Says nothing of the text: it belongs to the user. */
    @Override
    public String toString() {
        return "Answer[" + row + ", right=" + right() + "]";
    }
}
