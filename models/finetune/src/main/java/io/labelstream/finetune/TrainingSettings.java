package io.labelstream.finetune;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How a training runs.
 *
 * @param tuning how much of the encoder is trained
 * @param epochs most times that all rows are seen; 0 for what suits the number of rows
 * @param patience epochs without a better one after which training stops
 * @param batchSize rows of a step
 * @param learningRate at its peak; 0 for what suits tuning and data
 * @param weightDecay share of each matrix value that a step at rate 1 takes away
 * @param dropout share of values dropped in encoder and head
 * @param labelSmoothing share of a row's weight that is spread evenly over all labels; {@link
 *     #SUITED} for what suits the data
 * @param averaging span of the moving average of the parameters, as a share of all steps; 0 for
 *     none
 * @param labelWeights how much a row counts, by its label
 * @param seed of all that is random: the same seed on the same machine gives the same model
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record TrainingSettings(
        Tuning tuning,
        int epochs,
        int patience,
        int batchSize,
        double learningRate,
        double weightDecay,
        double dropout,
        double labelSmoothing,
        double averaging,
        LabelWeights labelWeights,
        long seed) {

    /** Not set: whatever suits the data. */
    static final double SUITED = -1;

    private static final double USUAL_SMOOTHING = 0.1;
    private static final int USUAL_EPOCHS = 5;
    private static final int MOST_EPOCHS = 40;
    private static final int FEWEST_STEPS = 800;

    TrainingSettings {
        if (epochs < 0
                || patience < 1
                || batchSize < 1
                || !(learningRate >= 0)
                || !(weightDecay >= 0)
                || !(dropout >= 0 && dropout < 1)
                || !(labelSmoothing == SUITED || (labelSmoothing >= 0 && labelSmoothing < 1))
                || !(averaging >= 0 && averaging <= 1)) {
            throw new FineTuneException(
                    "Training takes epochs from 0 on, patience and batch size of at least 1, a learning rate from 0 on, a weight decay from 0 on, a dropout and a label smoothing from 0 to below 1 and an averaging from 0 to 1; found %d, %d, %d, %s, %s, %s, %s and %s."
                            .formatted(
                                    epochs,
                                    patience,
                                    batchSize,
                                    learningRate,
                                    weightDecay,
                                    dropout,
                                    labelSmoothing,
                                    averaging));
        }
    }

    /**
     * The same settings, with what suits the data where it was not set. Epochs: {@value
     * #USUAL_EPOCHS}, and more where rows are few, for {@value #FEWEST_STEPS} steps, but at most
     * {@value #MOST_EPOCHS}.
     *
     * @param rows to learn from
     * @param pairs whether they are pairs of texts
     * @param closedLabels whether each row has one label, and none of them means "none of these":
     *     several labels cannot be smoothed, and smoothed ones tell less well what is out of scope
     */
    TrainingSettings forData(int rows, boolean pairs, boolean closedLabels) {
        int steps = (rows + batchSize - 1) / batchSize;
        int enough = (FEWEST_STEPS + steps - 1) / steps;
        int suited = Math.max(USUAL_EPOCHS, Math.min(MOST_EPOCHS, enough));
        return new TrainingSettings(
                tuning,
                epochs == 0 ? suited : epochs,
                patience,
                batchSize,
                learningRate == 0 ? tuning.learningRate(pairs) : learningRate,
                weightDecay,
                dropout,
                labelSmoothing != SUITED ? labelSmoothing : closedLabels ? USUAL_SMOOTHING : 0,
                averaging,
                labelWeights,
                seed);
    }
}
