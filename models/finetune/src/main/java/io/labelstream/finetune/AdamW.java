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

    private final NDArray parameters;
    private final NDArray decay;
    private final NDArray mean;
    private final NDArray variance;
    private int steps;

    /**
     * @param manager owns the optimizer's memory
     * @param parameters one row of numbers
     * @param decay share of each number that a step at rate 1 takes away
     */
    AdamW(NDManager manager, NDArray parameters, float[] decay) {
        this.parameters = parameters;
        this.decay = manager.create(decay);
        this.mean = manager.zeros(parameters.getShape());
        this.variance = manager.zeros(parameters.getShape());
    }

    /**
     * Makes a step.
     *
     * @param gradient of the parameters; it is used up
     * @param rate learning rate
     * @return norm of the gradient before it was clipped
     */
    double step(NDArray gradient, double rate) {
        steps++;
        double norm = gradient.norm().getFloat();
        if (norm > MAX_NORM) {
            gradient.muli(MAX_NORM / norm);
        }
        mean.muli(BETA_1).addi(gradient.mul(1 - BETA_1));
        variance.muli(BETA_2).addi(gradient.square().muli(1 - BETA_2));
        NDArray unbiased = gradient.mul(0).addi(variance).divi(1 - Math.pow(BETA_2, steps));
        NDArray update =
                gradient.mul(0)
                        .addi(mean)
                        .divi(unbiased.sqrt().addi(EPSILON))
                        .muli(rate / (1 - Math.pow(BETA_1, steps)));
        parameters.subi(gradient.mul(0).addi(parameters).muli(decay).muli(rate));
        parameters.subi(update);
        return norm;
    }
}
