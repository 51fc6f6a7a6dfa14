package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
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
 * @param textsPerSecond tokenizer and model, on one thread, once warm
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
     * Figures on data that has rows with a label that means "none of these".
     *
     * @param inScopeAccuracy share of the rows in scope that were right; to call one out of scope
     *     is wrong
     * @param recall share of the rows out of scope that were called so
     */
    record Scope(double inScopeAccuracy, double recall) {}

    /**
     * Measures a model.
     *
     * @param outOfScopeLabel means "none of these" where the model names no such label itself
     * @throws FineTuneException if the data cannot be used or the model fails on it
     */
    static Evaluation of(TextClassifier classifier, LabelledData data, String outOfScopeLabel) {
        FoundLabels found = FoundLabels.of(classifier.bundle(), data, outOfScopeLabel);
        try {
            run(classifier, WarmUp.rows(data.rows()));
            long start = System.nanoTime();
            List<ModelOutput> outputs = run(classifier, data.rows());
            double seconds = (System.nanoTime() - start) / 1e9;
            return of(classifier.bundle(), data, found, outputs, data.rows().size() / seconds);
        } catch (InferenceException e) {
            throw new FineTuneException(
                    "%s cannot be evaluated: %s".formatted(data.file(), e.getMessage()), e);
        }
    }

    /** From text to logits, one a row. */
    static List<ModelOutput> run(TextClassifier classifier, List<LabelledText> rows)
            throws InferenceException {
        List<EncodedText> texts = new ArrayList<>(rows.size());
        rows.forEach(row -> texts.add(classifier.tokenizer().encode(row.text(), row.pair())));
        return classifier.run(texts, false);
    }

    /**
     * Judges what a model gave.
     *
     * @param labels which of them count as found
     * @param outputs one a row
     * @throws InferenceException if a logit is not a finite number
     */
    static Evaluation of(
            ModelBundle bundle,
            LabelledData data,
            FoundLabels labels,
            List<ModelOutput> outputs,
            double textsPerSecond)
            throws InferenceException {
        List<Answer> answers = new ArrayList<>();
        Confusion confusion = new Confusion(bundle.labels());
        List<Reliability.Prediction> calibrated = new ArrayList<>();
        List<Reliability.Prediction> uncalibrated = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            LabelledText row = data.rows().get(i);
            float[] logits = outputs.get(i).logits();
            Classification verdict = Classification.of(bundle, logits, 0);
            List<String> found = labels.of(verdict);
            answers.add(new Answer(row, verdict.best(), labels.outOfScope(verdict), found));
            confusion.add(row.labels(), found);
            predictions(bundle, row, logits, calibrated);
            predictions(bundle, row, withoutTemperature(bundle, logits), uncalibrated);
        }
        return new Evaluation(
                bundle,
                answers,
                confusion,
                Reliability.of(calibrated),
                Reliability.of(uncalibrated),
                labels.none().map(label -> scope(answers, label)),
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
}
