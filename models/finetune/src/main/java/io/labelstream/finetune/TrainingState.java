package io.labelstream.finetune;

/**
 * Where a training stands after an epoch: all that it needs to go on.
 *
 * @param epoch that was done last, counted from 1; 0 at the start
 * @param bestEpoch counted from 1; 0 at the start
 * @param bestScore of the best epoch
 * @param now the parameters, shape {@code [parameters]}
 * @param average the parameters, averaged over the last steps
 * @param best the averaged parameters of the best epoch
 * @param mean of the gradients, as the optimizer has it
 * @param variance of the gradients
 */
record TrainingState(
        int epoch,
        int bestEpoch,
        double bestScore,
        float[] now,
        float[] average,
        float[] best,
        float[] mean,
        float[] variance) {

    private static final float[] NONE = {};

    static final TrainingState START = new TrainingState(0, 0, 0, NONE, NONE, NONE, NONE, NONE);
}
