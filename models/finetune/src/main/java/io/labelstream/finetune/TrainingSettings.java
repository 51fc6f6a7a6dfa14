package io.labelstream.finetune;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How a training runs.
 *
 * @param epochs times that all rows are seen
 * @param batchSize rows of a step
 * @param learningRate at its peak
 * @param weightDecay share of each matrix value that a step at rate 1 takes away
 * @param dropout share of values dropped in encoder and head
 * @param seed of all that is random: the same seed on the same machine gives the same model
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record TrainingSettings(
        int epochs,
        int batchSize,
        double learningRate,
        double weightDecay,
        double dropout,
        long seed) {

    TrainingSettings {
        if (epochs < 1 || batchSize < 1 || !(learningRate > 0) || !(dropout >= 0 && dropout < 1)) {
            throw new FineTuneException(
                    "Training takes epochs and batch size of at least 1, a learning rate above 0 and a dropout from 0 to below 1; found %d, %d, %s and %s."
                            .formatted(epochs, batchSize, learningRate, dropout));
        }
    }
}
