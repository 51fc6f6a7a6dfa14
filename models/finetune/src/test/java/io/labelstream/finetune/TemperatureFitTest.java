package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TemperatureFitTest {

    /**
     * Of ten rows with logits (2, 0), eight are right. Softmax gives 1 / (1 + e^(-2 / t)), which is
     * least surprised where it says 0.8: e^(-2 / t) = 1 / 4, so t = 2 / ln 4.
     */
    @Test
    void findsTheTemperatureAtWhichScoresAreShares() {
        List<float[]> logits = new ArrayList<>();
        List<int[]> truths = new ArrayList<>();
        for (int row = 0; row < 10; row++) {
            logits.add(new float[] {2, 0});
            truths.add(new int[] {row < 8 ? 0 : 1});
        }

        assertThat(TemperatureFit.of(logits, truths, false))
                .isCloseTo(2 / Math.log(4), within(1e-4));
    }

    /** One label, which is true of three rows in four: 1 / (1 + e^(-x / t)) = 3 / 4. */
    @Test
    void judgesEachLabelForItselfWhereThereMayBeSeveral() {
        List<float[]> logits = List.of(f(3), f(3), f(3), f(3));
        List<int[]> truths = List.of(new int[] {0}, new int[] {0}, new int[] {0}, new int[0]);

        assertThat(TemperatureFit.of(logits, truths, true))
                .isCloseTo(3 / Math.log(3), within(1e-4));
    }

    private static float[] f(float logit) {
        return new float[] {logit};
    }
}
