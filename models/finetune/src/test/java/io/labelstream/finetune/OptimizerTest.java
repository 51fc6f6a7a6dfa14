package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class OptimizerTest {

    @Test
    void rateRisesThenFalls() {
        LearningRate rate = new LearningRate(1, 100);

        assertThat(rate.at(0)).isBetween(0.0, 0.1);
        assertThat(rate.at(9)).isCloseTo(0.9, within(0.02));
        assertThat(rate.at(10)).isCloseTo(1, within(0.02));
        assertThat(rate.at(55)).isCloseTo(0.5, within(0.02));
        assertThat(rate.at(99)).isBetween(0.0, 0.02);
    }

    @Test
    void firstStepMovesEachNumberByTheRateAgainstItsGradient() {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray parameters = manager.create(new float[] {1, 1, 1});
            AdamW optimizer = new AdamW(manager, parameters, new float[3]);
            optimizer.step(manager.create(new float[] {0.5f, -0.01f, 0}), 0, 0.1);

            float[] moved = parameters.toFloatArray();
            assertThat(moved[0]).isCloseTo(0.9f, within(1e-5f));
            assertThat(moved[1]).isCloseTo(1.1f, within(1e-5f));
            assertThat(moved[2]).isEqualTo(1);
        }
    }

    @Test
    void decayShrinksOnlyWhatItIsMeantFor() {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray parameters = manager.create(new float[] {2, 2});
            AdamW optimizer = new AdamW(manager, parameters, new float[] {0.5f, 0});
            optimizer.step(manager.create(new float[] {0, 0}), 0, 0.1);

            assertThat(parameters.toFloatArray()).containsExactly(1.9f, 2);
        }
    }

    @Test
    void longGradientsAreCutToLengthOne() {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray parameters = manager.create(new float[] {0, 0});
            AdamW optimizer = new AdamW(manager, parameters, new float[2]);
            NDArray gradient = manager.create(new float[] {30, 40});

            assertThat(optimizer.step(gradient, 0, 0.1)).isCloseTo(50, within(1e-3));
            assertThat(gradient.norm().getFloat()).isCloseTo(1, within(1e-5f));
        }
    }
}
