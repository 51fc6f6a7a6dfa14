package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Parameters averaged over the last steps, the latest most (Polyak and Juditsky, 1992): single
 * steps, and so the choice of an epoch, matter less. Owned by one thread.
 */
final class MovingAverage {

    private final NDManager manager;
    private final NDArray average;
    private final double last;

    /**
     * @param manager owns the average
     * @param parameters where training starts
     * @param steps that the average spans; 1 or fewer for the latest parameters themselves
     */
    MovingAverage(NDManager manager, NDArray parameters, double steps) {
        this.manager = manager;
        this.average = manager.create(parameters.toFloatArray());
        this.last = 1 / Math.max(1, steps);
    }

    /**
     * Takes in the parameters after a step.
     *
     * @param number of the step, counted from 0
     */
    void add(NDArray parameters, int number) {
        double weight = Math.max(last, 1.0 / (number + 1));
        if (weight == 1) {
            // Not the same as the average less all of its difference, down to the last bit.
            average.set(parameters.toFloatArray());
            return;
        }
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
