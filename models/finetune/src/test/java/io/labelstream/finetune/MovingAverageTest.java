package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class MovingAverageTest {

    private static final float CLOSE = 1e-6f;

    @Test
    void isTheMeanAtFirstAndForgetsLater() {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray start = manager.create(new float[] {100, 100});
            MovingAverage average = new MovingAverage(manager, start, 2);

            average.add(manager.create(new float[] {1, 2}), 0);
            assertThat(average.values()).containsExactly(new float[] {1, 2}, within(CLOSE));
            average.add(manager.create(new float[] {3, 4}), 1);
            assertThat(average.values()).containsExactly(new float[] {2, 3}, within(CLOSE));
            average.add(manager.create(new float[] {4, 3}), 2);
            assertThat(average.values()).containsExactly(new float[] {3, 3}, within(CLOSE));
        }
    }

    @Test
    void overNoStepsIsTheParametersThemselves() {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray start = manager.create(new float[] {1e-8f});
            MovingAverage none = new MovingAverage(manager, start, 0);

            none.add(manager.create(new float[] {1.1f}), 0);
            none.add(manager.create(new float[] {0.3f}), 1);

            assertThat(none.values()).containsExactly(0.3f);
        }
    }

    @Test
    void leavesNothingInMemoryAndTheParametersAsTheyAre() {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray parameters = manager.create(new float[] {1, 2});
            MovingAverage average = new MovingAverage(manager, parameters, 2);
            int before = manager.getManagedArrays().size();

            average.add(parameters, 0);

            assertThat(manager.getManagedArrays()).hasSize(before);
            assertThat(parameters.toFloatArray()).containsExactly(1, 2);
        }
    }

    @Test
    void goesOnFromWhereItWas() {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray start = manager.create(new float[] {0});
            MovingAverage whole = new MovingAverage(manager, start, 4);
            MovingAverage resumed = new MovingAverage(manager, start, 4);
            NDArray one = manager.create(new float[] {1});

            whole.add(start, 0);
            resumed.restore(whole.values());
            whole.add(one, 1);
            resumed.add(one, 1);

            assertThat(resumed.values()).containsExactly(whole.values());
        }
    }
}
