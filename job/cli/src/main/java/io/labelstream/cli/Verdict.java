package io.labelstream.cli;

import io.labelstream.inference.ModelBundle;
import io.labelstream.serde.LabelScore;
import io.labelstream.serde.LabelledEvent;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What is shown of a model's answer: its best label, or, where none fits, that none does.
 *
 * @param label the best label
 * @param labels those that were given
 * @param outOfScope whether none of the labels fits
 */
record Verdict(String label, List<LabelScore> labels, boolean outOfScope) {

    static final String OUT_OF_SCOPE = "out of scope";

    static Verdict of(LabelledEvent event) {
        return new Verdict(event.label(), event.labels(), event.outOfScope());
    }

    /** Columns that the longest answer of a model takes. */
    static int width(ModelBundle bundle) {
        boolean mayRefuse =
                bundle.decision().multiLabel() || bundle.decision().outOfScope().isPresent();
        int labels = bundle.labels().stream().mapToInt(Columns::of).max().orElse(0);
        return mayRefuse ? Math.max(labels, OUT_OF_SCOPE.length()) : labels;
    }

    /** The answer in one word, padded to a width. */
    String head(Style style, int width) {
        return outOfScope ? style.warning(OUT_OF_SCOPE, width) : style.label(label, width);
    }

    /** Where none fits, which label the score is of; else empty. */
    String nearest() {
        return outOfScope ? "  (nearest: " + Style.printable(label) + ")" : "";
    }

    /** What was given beside the label that {@link #head} or {@link #nearest} shows. */
    List<LabelScore> further() {
        return labels.stream().filter(given -> !given.label().equals(label)).toList();
    }

    /** The same on one line; empty where there are none. */
    String furtherOnOneLine() {
        return further().stream()
                .map(
                        further ->
                                String.format(
                                        Locale.ROOT,
                                        "%s %.2f",
                                        Style.printable(further.label()),
                                        further.score()))
                .collect(Collectors.joining(", "));
    }
}
