package io.labelstream.finetune.quantize;

import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.LabelledCsv;
import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import io.labelstream.finetune.evaluate.FoundLabels;
import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.ScoredLabel;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model and what was made of it, on the same texts, on one thread of the CPU.
 *
 * @param texts how many
 * @param agreement share of texts, 0 to 1, that both give the same labels and the same verdict on
 *     scope
 * @param scoreDifference largest difference of a score
 * @param logitDifference largest difference of a logit
 * @param accuracyBefore share of texts, 0 to 1, whose labels are the data's (all of them, for a
 *     multi-label model), as {@code evaluate} counts; empty without data
 * @param accuracyAfter of the new model
 * @param speed time of the source over that of the new model, medians of runs in turn
 */
record Comparison(
        int texts,
        double agreement,
        double scoreDifference,
        double logitDifference,
        Optional<Double> accuracyBefore,
        Optional<Double> accuracyAfter,
        double speed) {

    /** Points of accuracy, 0 to 100, that were lost; 0 or less where none was. */
    double pointsLost() {
        return accuracyBefore.isPresent()
                ? 100 * (accuracyBefore.get() - accuracyAfter.orElseThrow())
                : 0;
    }

    /**
     * Compares two bundles.
     *
     * @param data labelled texts; empty for sample texts of our own
     * @param proveBits whether the new model's outputs must be the same bits alone and in any batch
     * @throws FineTuneException if the data cannot be used, or a model fails on it or is not the
     *     same bits
     */
    static Comparison of(
            ModelBundle source, ModelBundle made, Optional<Path> data, boolean proveBits) {
        Optional<LabelledData> labelled = data.map(LabelledCsv::read);
        Optional<FoundLabels> rule =
                labelled.map(rows -> FoundLabels.of(source, rows, FoundLabels.OUT_OF_SCOPE));
        List<LabelledText> rows = labelled.map(LabelledData::rows).orElse(samples());
        try (TextClassifier before = TextClassifier.open(source, SessionSettings.cpu());
                TextClassifier after = TextClassifier.open(made, SessionSettings.cpu())) {
            List<EncodedText> texts =
                    rows.stream()
                            .map(row -> before.tokenizer().encode(row.text(), row.pair()))
                            .toList();
            List<ModelOutput> expected = before.run(texts, false);
            List<ModelOutput> found = after.run(texts, false);
            if (proveBits) {
                BatchIndependence.prove(after, texts);
            }
            double speed = SpeedRatio.of(before, after, texts);
            return measured(source, rows, rule, expected, found, speed);
        } catch (InferenceException e) {
            throw new FineTuneException(
                    "The new model cannot be compared with its source: %s"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    /** Outputs against outputs, and both against the labels, where there are any. */
    static Comparison measured(
            ModelBundle bundle,
            List<LabelledText> rows,
            Optional<FoundLabels> rule,
            List<ModelOutput> expected,
            List<ModelOutput> found,
            double speed)
            throws InferenceException {
        int same = 0;
        int rightBefore = 0;
        int rightAfter = 0;
        double scores = 0;
        double logits = 0;
        for (int i = 0; i < rows.size(); i++) {
            float[] oldLogits = expected.get(i).logits();
            float[] newLogits = found.get(i).logits();
            Classification before = Classification.of(bundle, oldLogits, 0);
            Classification after = Classification.of(bundle, newLogits, 0);
            same += agree(before, after) ? 1 : 0;
            Set<String> truth = Set.copyOf(rows.get(i).labels());
            if (rule.isPresent()) {
                rightBefore += Set.copyOf(rule.get().of(before)).equals(truth) ? 1 : 0;
                rightAfter += Set.copyOf(rule.get().of(after)).equals(truth) ? 1 : 0;
            }
            logits = Math.max(logits, largest(oldLogits, newLogits));
            scores =
                    Math.max(scores, largest(scores(bundle, oldLogits), scores(bundle, newLogits)));
        }
        double count = rows.size();
        return new Comparison(
                rows.size(),
                same / count,
                scores,
                logits,
                rule.isPresent() ? Optional.of(rightBefore / count) : Optional.empty(),
                rule.isPresent() ? Optional.of(rightAfter / count) : Optional.empty(),
                speed);
    }

    private static boolean agree(Classification before, Classification after) {
        return before.outOfScope() == after.outOfScope() && labels(before).equals(labels(after));
    }

    private static Set<String> labels(Classification classification) {
        return classification.labels().stream().map(ScoredLabel::label).collect(Collectors.toSet());
    }

    private static float[] scores(ModelBundle bundle, float[] logits) {
        return bundle.decision().scoreFunction().scores(logits, bundle.decision().temperature());
    }

    private static double largest(float[] a, float[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
        }
        return largest;
    }

    private static List<LabelledText> samples() {
        List<LabelledText> rows = new ArrayList<>();
        for (String text : SampleTexts.all()) {
            rows.add(new LabelledText(text, "", List.of(), rows.size() + 1));
        }
        return rows;
    }
}
