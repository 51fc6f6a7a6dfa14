package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), after clipping the gradient to a
 * norm of 1: without that, single steps lead training to NaN. Owned by one thread.
 */
final class AdamW {

    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;
    private static final double MAX_NORM = 1;

    private final NDManager manager;
    private final NDArray parameters;
    private final NDArray decay;
    private final NDArray mean;
    private final NDArray variance;

    /**
     * @param manager owns the optimizer's memory
     * @param parameters one row of numbers
     * @param decay share of each number that a step at rate 1 takes away
     */
    AdamW(NDManager manager, NDArray parameters, float[] decay) {
        this.manager = manager;
        this.parameters = parameters;
        this.decay = manager.create(decay);
        this.mean = manager.zeros(parameters.getShape());
        this.variance = manager.zeros(parameters.getShape());
    }

    /**
     * Makes a step.
     *
     * @param gradient of the parameters, owned by the step; it is clipped in place
     * @param number of the step, counted from 0
     * @param rate learning rate
     * @return norm of the gradient before it was clipped
     */
    double step(NDArray gradient, int number, double rate) {
        int steps = number + 1;
        double norm = gradient.norm().getFloat();
        if (norm > MAX_NORM) {
            gradient.muli(MAX_NORM / norm);
        }
        try (NDManager scratch = manager.newSubManager()) {
            // Results attach to the manager of the first operand: here, to one that is closed.
            mean.tempAttach(scratch);
            variance.tempAttach(scratch);
            decay.tempAttach(scratch);
            mean.muli(BETA_1).addi(gradient.mul(1 - BETA_1));
            variance.muli(BETA_2).addi(gradient.square().muli(1 - BETA_2));
            NDArray spread = variance.div(1 - Math.pow(BETA_2, steps)).sqrt().addi(EPSILON);
            NDArray update = mean.div(1 - Math.pow(BETA_1, steps)).divi(spread);
            parameters.subi(decay.mul(parameters).addi(update).muli(rate));
        }
        return norm;
    }

    /** Mean of the gradients so far, shape {@code [parameters]}. */
    float[] mean() {
        return mean.toFloatArray();
    }

    /** Mean of the squared gradients so far, shape {@code [parameters]}. */
    float[] variance() {
        return variance.toFloatArray();
    }

    /** Goes on from what {@link #mean} and {@link #variance} gave. */
    void restore(float[] meanValues, float[] varianceValues) {
        mean.set(meanValues);
        variance.set(varianceValues);
    }
}
