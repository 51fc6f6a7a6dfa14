package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import io.labelstream.inference.Classification;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.OutOfScope;
import io.labelstream.inference.ScoreFunction;
import io.labelstream.inference.ScoredLabel;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which labels count as found in labelled data: the rule that every accuracy of this module goes
 * by. A text that the model calls out of scope counts as found with the label that means "none of
 * these", and with no label where the data has none that means it. Immutable.
 */
public final class FoundLabels {

    /** The label that means "none of these", unless users name another. */
    public static final String OUT_OF_SCOPE = "oos";

    private final Optional<String> none;

    private FoundLabels(Optional<String> none) {
        this.none = none;
    }

    /**
     * The rule for a model and data.
     *
     * @param outOfScopeLabel means "none of these" where the model names no such label itself
     * @throws FineTuneException if the model can't be right about the data
     */
    public static FoundLabels of(ModelBundle bundle, LabelledData data, String outOfScopeLabel) {
        check(bundle, data);
        return new FoundLabels(
                Stream.concat(
                                bundle.decision().outOfScope().map(OutOfScope::label).stream(),
                                Stream.of(outOfScopeLabel))
                        .filter(
                                label ->
                                        data.rows().stream()
                                                .anyMatch(row -> row.labels().contains(label)))
                        .findFirst());
    }

    /** The label that means "none of these", where the data has it. */
    Optional<String> none() {
        return none;
    }

    /** Whether a model says that none of its labels fits, by its rule or by its best label. */
    boolean outOfScope(Classification verdict) {
        return verdict.outOfScope() || none.filter(verdict.best().label()::equals).isPresent();
    }

    /**
     * The labels that count as found.
     *
     * @param verdict with the labels that apply
     * @return each once, best first; empty for none
     */
    public List<String> of(Classification verdict) {
        return verdict.outOfScope()
                ? none.map(List::of).orElse(List.of())
                : verdict.labels().stream().map(ScoredLabel::label).toList();
    }

    /**
     * Refuses what a model cannot be right about.
     *
     * @throws FineTuneException if a row has a label that the model lacks, or several where the
     *     model gives one
     */
    static void check(ModelBundle bundle, LabelledData data) {
        if (bundle.decision().scoreFunction() == ScoreFunction.NONE) {
            throw new FineTuneException(
                    "Model %s gives numbers (problem_type regression), and no labels. Only classifiers can be evaluated."
                            .formatted(bundle.name()));
        }
        for (LabelledText row : data.rows()) {
            if (!bundle.labels().containsAll(row.labels())) {
                throw new FineTuneException(
                        "%s line %d: this label is none of model %s, which knows: %s."
                                .formatted(
                                        data.file(),
                                        row.line(),
                                        bundle.name(),
                                        String.join(", ", bundle.labels())));
            }
            if (row.labels().size() > 1 && !bundle.decision().multiLabel()) {
                throw new FineTuneException(
                        "%s line %d: %d labels, but model %s gives a text one. Evaluate a multi-label model, or leave the row out."
                                .formatted(
                                        data.file(),
                                        row.line(),
                                        row.labels().size(),
                                        bundle.name()));
            }
        }
    }
}
