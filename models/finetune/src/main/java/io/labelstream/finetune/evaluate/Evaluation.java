package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.OutOfScope;
import io.labelstream.inference.ScoreFunction;
import io.labelstream.inference.ScoredLabel;
import io.labelstream.inference.TextClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model measured on labelled texts, by the very code that classifies in production.
 *
 * @param answers one a row, in the order of the data
 * @param calibrated confidence against accuracy, with the model's temperature
 * @param uncalibrated the same at temperature 1
 * @param scope how well the model says that no label fits; empty where the data has no such rows
 * @param textsPerSecond tokenizer and model, on one thread
 */
record Evaluation(
        ModelBundle bundle,
        List<Answer> answers,
        Confusion confusion,
        Reliability calibrated,
        Reliability uncalibrated,
        Optional<Scope> scope,
        double textsPerSecond) {

    Evaluation {
        answers = List.copyOf(answers);
    }

    /**
     * Figures of a model that can say "none of these", on data that has such rows.
     *
     * @param inScopeAccuracy share of the rows in scope that were right; to call one out of scope
     *     is wrong
     * @param recall share of the rows out of scope that were called so
     */
    record Scope(double inScopeAccuracy, double recall) {}

    /**
     * Measures a model.
     *
     * @throws FineTuneException if the data cannot be used or the model fails on it
     */
    static Evaluation of(TextClassifier classifier, LabelledData data) {
        ModelBundle bundle = classifier.bundle();
        check(bundle, data);
        try {
            long start = System.nanoTime();
            List<EncodedText> texts = new ArrayList<>(data.rows().size());
            data.rows()
                    .forEach(
                            row ->
                                    texts.add(
                                            classifier.tokenizer().encode(row.text(), row.pair())));
            List<ModelOutput> outputs = classifier.run(texts, false);
            double seconds = (System.nanoTime() - start) / 1e9;
            return of(bundle, data, outputs, data.rows().size() / seconds);
        } catch (InferenceException e) {
            throw new FineTuneException(
                    "%s cannot be evaluated: %s".formatted(data.file(), e.getMessage()), e);
        }
    }

    /**
     * Judges what a model gave.
     *
     * @param outputs one a row
     * @throws InferenceException if a logit is not a finite number
     */
    static Evaluation of(
            ModelBundle bundle, LabelledData data, List<ModelOutput> outputs, double textsPerSecond)
            throws InferenceException {
        Optional<String> none = outOfScopeLabel(bundle, data);
        List<Answer> answers = new ArrayList<>();
        Confusion confusion = new Confusion(bundle.labels());
        List<Reliability.Prediction> calibrated = new ArrayList<>();
        List<Reliability.Prediction> uncalibrated = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            LabelledText row = data.rows().get(i);
            float[] logits = outputs.get(i).logits();
            Classification verdict = Classification.of(bundle, logits, 0);
            List<String> found =
                    verdict.outOfScope()
                            ? none.map(List::of).orElse(List.of())
                            : verdict.labels().stream().map(ScoredLabel::label).toList();
            answers.add(new Answer(row, verdict.best(), verdict.outOfScope(), found));
            confusion.add(row.labels(), found);
            if (bundle.decision().multiLabel() || !verdict.outOfScope()) {
                predictions(bundle, row, logits, calibrated);
                predictions(bundle, row, withoutTemperature(bundle, logits), uncalibrated);
            }
        }
        return new Evaluation(
                bundle,
                answers,
                confusion,
                Reliability.of(calibrated),
                Reliability.of(uncalibrated),
                none.map(label -> scope(answers, label)),
                textsPerSecond);
    }

    /** One prediction of a row, its best label's; of a multi-label model one a label. */
    private static void predictions(
            ModelBundle bundle,
            LabelledText row,
            float[] logits,
            List<Reliability.Prediction> predictions)
            throws InferenceException {
        int labels = bundle.decision().multiLabel() ? bundle.labels().size() : 1;
        for (ScoredLabel scored : Classification.of(bundle, logits, labels).labels()) {
            predictions.add(
                    new Reliability.Prediction(
                            scored.score(), row.labels().contains(scored.label())));
        }
    }

    /** What the bundle's temperature turns back into the logits: scores as at temperature 1. */
    private static float[] withoutTemperature(ModelBundle bundle, float[] logits) {
        float[] scaled = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            scaled[i] = (float) (logits[i] * bundle.decision().temperature());
        }
        return scaled;
    }

    /** The label of the model that means "none of these", where the data has it. */
    private static Optional<String> outOfScopeLabel(ModelBundle bundle, LabelledData data) {
        return bundle.decision()
                .outOfScope()
                .map(OutOfScope::label)
                .filter(
                        label ->
                                data.rows().stream().anyMatch(row -> row.labels().contains(label)));
    }

    private static Scope scope(List<Answer> answers, String label) {
        int outside = 0;
        int recalled = 0;
        int right = 0;
        for (Answer answer : answers) {
            if (answer.row().labels().contains(label)) {
                outside++;
                recalled += answer.outOfScope() ? 1 : 0;
            } else {
                right += answer.right() ? 1 : 0;
            }
        }
        int inside = answers.size() - outside;
        return new Scope(inside == 0 ? 0 : (double) right / inside, (double) recalled / outside);
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
