package io.labelstream.finetune;

/**
 * The learning rate over a training: it rises from 0 to its peak in the first tenth of the steps
 * and falls to 0 in the others.
 *
 * @param peak highest rate
 * @param steps of the whole training
 */
record LearningRate(double peak, int steps) {

    private static final double WARM_UP = 0.1;

    /** The rate of a step; steps count from 0. */
    double at(int step) {
        double warmUp = Math.max(1, WARM_UP * steps);
        return step < warmUp
                ? peak * (step + 1) / (warmUp + 1)
                : peak * (steps - step) / (steps - warmUp + 1);
    }
}
