package io.labelstream.finetune.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.labelstream.inference.ModelBundle;
import java.util.List;

/**
 * What an evaluation found, as {@code --json} prints it.
 *
 * @param accuracy share of rows for which exactly the true labels were found
 * @param ece expected calibration error; null without rows
 * @param eceUncalibrated the same at temperature 1
 * @param eceDefinition over what it was taken
 * @param inScopeAccuracy null where the data has no out-of-scope label
 * @param oosRecall null where the data has no out-of-scope label
 * @param confusionMatrix a row for each true label, a column for each found one, in the order of
 *     {@code labels}; the last of each is no label
 * @param confusions the most frequent ones
 * @param baselines null where none were asked for
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record Summary(
        String model,
        String version,
        String digest,
        int rows,
        double accuracy,
        double macroF1,
        double microF1,
        Double ece,
        Double eceUncalibrated,
        String eceDefinition,
        Double inScopeAccuracy,
        Double oosRecall,
        double textsPerS,
        List<Confusion.LabelFigures> labels,
        List<List<Integer>> confusionMatrix,
        List<WorstConfusion> confusions,
        List<BaselineFigures> baselines) {

    private static final int CONFUSIONS = 10;
    private static final String OF_ROWS =
            "%d equal-mass bins over all rows; confidence is the best label's score, right is a true label";
    private static final String OF_LABELS =
            "%d equal-mass bins over all pairs of row and label; confidence is the label's score, right is a label that is true";

    static Summary of(Evaluation evaluation, List<BaselineFigures> baselines) {
        ModelBundle bundle = evaluation.bundle();
        Confusion confusion = evaluation.confusion();
        String definition = bundle.decision().multiLabel() ? OF_LABELS : OF_ROWS;
        return new Summary(
                bundle.name(),
                bundle.version(),
                bundle.digest(),
                confusion.rows(),
                confusion.accuracy(),
                confusion.macroF1(),
                confusion.microF1(),
                error(evaluation.calibrated()),
                error(evaluation.uncalibrated()),
                definition.formatted(Reliability.BINS),
                evaluation.scope().map(Evaluation.Scope::inScopeAccuracy).orElse(null),
                evaluation.scope().map(Evaluation.Scope::recall).orElse(null),
                evaluation.textsPerSecond(),
                confusion.figures(),
                confusion.matrix(),
                WorstConfusion.of(evaluation.answers(), CONFUSIONS),
                baselines);
    }

    private static Double error(Reliability reliability) {
        return reliability.bins().isEmpty() ? null : (Double) reliability.error();
    }
}
