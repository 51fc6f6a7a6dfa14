package io.labelstream.finetune;

import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.OutOfScopeMeasure;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fits how a trained model decides, on its validation rows and with the very code that classifies
 * in production.
 */
final class Calibrator {

    private final String outOfScopeLabel;
    private final double outOfScopeLoss;
    private final PrintStream progress;

    /**
     * @param outOfScopeLabel the label that means "none of these", where the data has it
     * @param outOfScopeLoss most in-scope accuracy to give up for saying so, such as 0.005
     */
    Calibrator(String outOfScopeLabel, double outOfScopeLoss, PrintStream progress) {
        this.outOfScopeLabel = outOfScopeLabel;
        this.outOfScopeLoss = outOfScopeLoss;
        this.progress = progress;
    }

    /**
     * A calibration, and what was measured with it.
     *
     * @param metrics by name
     */
    record Fitted(Calibration calibration, Map<String, Double> metrics) {}

    /**
     * Fits.
     *
     * @param bundle the model, not calibrated
     */
    Fitted fit(ModelBundle bundle, TrainingData data) {
        List<float[]> logits = new ArrayList<>();
        List<int[]> truths = new ArrayList<>();
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            List<LabelledTokens> rows = data.validationTokens(classifier.tokenizer());
            classifier
                    .run(rows.stream().map(LabelledTokens::text).toList(), false)
                    .forEach(output -> logits.add(output.logits()));
            rows.forEach(row -> truths.add(row.labels()));
        } catch (InferenceException e) {
            throw new FineTuneException(
                    "The trained model fails on the validation rows: " + e.getMessage(), e);
        }
        double temperature = TemperatureFit.of(logits, truths, data.multiLabel());
        progress.printf(Locale.ROOT, "temperature %.3f%n", temperature);
        if (data.multiLabel()) {
            List<Double> thresholds = ThresholdFit.of(logits, truths, temperature);
            return new Fitted(new Calibration(temperature, thresholds, null), Map.of());
        }
        return outOfScope(logits, truths, temperature, data.labels());
    }

    private Fitted outOfScope(
            List<float[]> logits, List<int[]> truths, double temperature, List<String> labels) {
        int index = labels.indexOf(outOfScopeLabel);
        List<OutOfScopeFit.Choice> choices =
                index < 0
                        ? List.of()
                        : OutOfScopeFit.of(
                                logits,
                                truths.stream().map(truth -> truth[0]).toList(),
                                temperature,
                                index,
                                outOfScopeLoss);
        if (index < 0) {
            return new Fitted(new Calibration(temperature, null, null), Map.of());
        }
        if (choices.isEmpty()) {
            progress.printf(
                    "no validation row is out of scope: only the label '%s' itself will say so%n",
                    outOfScopeLabel);
            return new Fitted(
                    new Calibration(temperature, null, rule(OutOfScopeMeasure.MAX_SCORE, 0)),
                    Map.of());
        }
        for (OutOfScopeFit.Choice choice : choices) {
            progress.printf(
                    Locale.ROOT,
                    "out of scope by %s below %.4f: in-scope accuracy %.4f, recall %.4f%n",
                    choice.measure().key(),
                    choice.threshold(),
                    choice.inScopeAccuracy(),
                    choice.recall());
        }
        OutOfScopeFit.Choice best = choices.get(0);
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("validation_in_scope_accuracy", best.inScopeAccuracy());
        metrics.put("validation_oos_recall", best.recall());
        return new Fitted(
                new Calibration(temperature, null, rule(best.measure(), best.threshold())),
                metrics);
    }

    private Calibration.OutOfScopeRule rule(OutOfScopeMeasure measure, double threshold) {
        return new Calibration.OutOfScopeRule(outOfScopeLabel, measure.key(), threshold);
    }
}
