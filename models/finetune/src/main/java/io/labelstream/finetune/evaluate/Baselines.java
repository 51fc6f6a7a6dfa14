package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.LabelledData;
import io.labelstream.inference.ModelBundle;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The simpler models that stand beside a model. */
final class Baselines {

    /** From the quickest to the slowest. */
    static final List<String> KEYS =
            List.of(WordsBaseline.KEY, EmbeddingsBaseline.KEY, "cls", "mean", "attention");

    private final ModelBundle bundle;
    private final String outOfScopeLabel;
    private final PrintWriter progress;

    /**
     * @param bundle the model that they stand beside
     * @param outOfScopeLabel the label that means "none of these", where the data has it
     * @param progress where lines on the way go
     */
    Baselines(ModelBundle bundle, String outOfScopeLabel, PrintWriter progress) {
        this.bundle = bundle;
        this.outOfScopeLabel = outOfScopeLabel;
        this.progress = progress;
    }

    /**
     * Those of some names.
     *
     * @throws FineTuneException if one cannot be made from this model
     */
    List<Baseline> of(List<String> keys) {
        return keys.stream().map(this::of).toList();
    }

    /** All that can be made from this model; says which cannot, and why. */
    List<Baseline> possible() {
        List<Baseline> possible = new ArrayList<>();
        for (String key : KEYS) {
            try {
                possible.add(of(key));
            } catch (FineTuneException e) {
                leftOut(key, e);
            }
        }
        return possible;
    }

    private void leftOut(String key, FineTuneException e) {
        progress.printf("baseline %s left out: %s%n", key, e.getMessage());
        progress.flush();
    }

    private Baseline of(String key) {
        return switch (key) {
            case WordsBaseline.KEY ->
                    new WordsBaseline(bundle.labels(), bundle.decision().multiLabel());
            case EmbeddingsBaseline.KEY -> new EmbeddingsBaseline(bundle);
            default -> new HeadBaseline(key, bundle, outOfScopeLabel, progress);
        };
    }

    /**
     * Refuses rows that no baseline could learn for the data.
     *
     * @throws FineTuneException if one file has pairs and the other has none, only the data has
     *     several labels a row, or a label of the data is not in the training rows
     */
    static void check(LabelledData train, LabelledData data) {
        if (train.pairs() != data.pairs()) {
            throw new FineTuneException(
                    "%s has pairs of texts, and %s has none. Expected the same columns in both."
                            .formatted(
                                    (train.pairs() ? train : data).file(),
                                    (train.pairs() ? data : train).file()));
        }
        if (data.multiLabel() && !train.multiLabel()) {
            throw new FineTuneException(
                    "%s has rows with several labels, and %s has none. Expected such rows in both."
                            .formatted(data.file(), train.file()));
        }
        Set<String> labels = new HashSet<>();
        train.rows().forEach(row -> labels.addAll(row.labels()));
        data.rows().stream()
                .filter(row -> !labels.containsAll(row.labels()))
                .findFirst()
                .ifPresent(
                        row -> {
                            throw new FineTuneException(
                                    "%s line %d: this label is in no row of %s, so no baseline can learn it. Leave the row out, or give other training rows."
                                            .formatted(data.file(), row.line(), train.file()));
                        });
    }

    /**
     * Trains and measures baselines, one after the other; says which cannot be, and why.
     *
     * @return the figures of those that could
     */
    List<BaselineFigures> measure(List<Baseline> baselines, LabelledData train, LabelledData data) {
        List<BaselineFigures> figures = new ArrayList<>();
        for (Baseline baseline : baselines) {
            progress.printf(
                    "baseline %s: %s ...%n", baseline.key(), SummaryTable.line(baseline.title()));
            progress.flush();
            try {
                BaselineFigures found = BaselineFigures.of(baseline, train, data, bundle.labels());
                progress.printf(
                        Locale.ROOT,
                        "baseline %s: accuracy %.4f, trained in %.1f s%n",
                        found.name(),
                        found.accuracy(),
                        found.trainSeconds());
                progress.flush();
                figures.add(found);
            } catch (FineTuneException e) {
                leftOut(baseline.key(), e);
            }
        }
        return figures;
    }
}
