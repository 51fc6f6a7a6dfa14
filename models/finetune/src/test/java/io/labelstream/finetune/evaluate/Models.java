package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import io.labelstream.inference.DecisionRule;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.OutOfScope;
import io.labelstream.inference.OutOfScopeMeasure;
import io.labelstream.inference.ScoreFunction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Models that are only labels and a rule, and what they could have answered. */
final class Models {

    private Models() {}

    static ModelBundle softmax(double temperature, String... labels) {
        return bundle(
                new DecisionRule(
                        ScoreFunction.SOFTMAX,
                        false,
                        temperature,
                        halves(labels.length),
                        Optional.empty()),
                labels);
    }

    /** Out of scope below a score of 0.6, or where the label {@code none} is the best. */
    static ModelBundle withOutOfScope(String none, String... labels) {
        return bundle(
                new DecisionRule(
                        ScoreFunction.SOFTMAX,
                        false,
                        1,
                        halves(labels.length),
                        Optional.of(new OutOfScope(none, OutOfScopeMeasure.MAX_SCORE, 0.6))),
                labels);
    }

    static ModelBundle sigmoid(double temperature, String... labels) {
        return bundle(
                new DecisionRule(
                        ScoreFunction.SIGMOID,
                        true,
                        temperature,
                        halves(labels.length),
                        Optional.empty()),
                labels);
    }

    static ModelBundle bundle(DecisionRule rule, String... labels) {
        return new ModelBundle(
                Path.of("none"),
                ModelBundle.MODEL_FILE,
                "tiny",
                "1",
                "digest",
                List.of(labels),
                rule,
                16,
                false,
                0,
                100,
                Map.of());
    }

    private static List<Double> halves(int labels) {
        return Collections.nCopies(labels, 0.5);
    }

    /** A row for each set of labels, joined by a bar; the line of the first is 2. */
    static LabelledData data(String... labels) {
        List<LabelledText> rows = new ArrayList<>();
        for (String row : labels) {
            rows.add(
                    new LabelledText(
                            "text " + rows.size(),
                            "",
                            List.of(row.split("\\|")),
                            rows.size() + 2L));
        }
        return new LabelledData(Path.of("rows.csv"), false, rows);
    }

    /** What {@code evaluate} makes of outputs, unless told otherwise. */
    static Evaluation evaluation(
            ModelBundle bundle, LabelledData data, List<ModelOutput> outputs, double textsPerSecond)
            throws InferenceException {
        FoundLabels labels = FoundLabels.of(bundle, data, FoundLabels.OUT_OF_SCOPE);
        return Evaluation.of(bundle, data, labels, outputs, textsPerSecond);
    }

    /** Logits that a softmax turns into these scores. */
    static ModelOutput scores(double... scores) {
        float[] logits = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            logits[i] = (float) Math.log(scores[i]);
        }
        return new ModelOutput(logits, new float[0]);
    }

    /** Logits that a sigmoid turns into these scores. */
    static ModelOutput odds(double... scores) {
        return scores(Arrays.stream(scores).map(score -> score / (1 - score)).toArray());
    }
}
