package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Parameters averaged over the last steps, the latest most (Polyak and Juditsky, 1992): single
 * steps, and so the choice of an epoch, matter less. Owned by one thread.
 */
final class MovingAverage {

    /** Share of a training's steps over which is averaged. */
    private static final double SHARE = 0.1;

    private final NDManager manager;
    private final NDArray average;
    private final double last;

    /**
     * @param manager owns the average
     * @param parameters where training starts
     * @param steps of the whole training
     */
    MovingAverage(NDManager manager, NDArray parameters, int steps) {
        this.manager = manager;
        this.average = manager.create(parameters.toFloatArray());
        this.last = 1 / Math.max(1, SHARE * steps);
    }

    /**
     * Takes in the parameters after a step.
     *
     * @param number of the step, counted from 0
     */
    void add(NDArray parameters, int number) {
        double weight = Math.max(last, 1.0 / (number + 1));
        try (NDManager scratch = manager.newSubManager()) {
            // What is computed attaches to the manager of its first operand, which closes.
            average.tempAttach(scratch);
            average.subi(average.sub(parameters).muli(weight));
        }
    }

    float[] values() {
        return average.toFloatArray();
    }

    /** Goes on from what {@link #values} gave. */
    void restore(float[] values) {
        average.set(values);
    }
}
