package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TemperatureFitTest {

    /**
     * Of many rows with logits (2, 0), eight in ten are right. Softmax gives 1 / (1 + e^(-2 / t)),
     * which is least surprised where it says 0.8: e^(-2 / t) = 1 / 4, so t = 2 / ln 4.
     */
    @Test
    void findsTheTemperatureAtWhichScoresAreShares() {
        List<float[]> logits = new ArrayList<>();
        List<int[]> truths = new ArrayList<>();
        for (int row = 0; row < 100_000; row++) {
            logits.add(new float[] {2, 0});
            truths.add(new int[] {row % 10 < 8 ? 0 : 1});
        }

        assertThat(TemperatureFit.of(logits, truths, false))
                .isCloseTo(2 / Math.log(4), within(1e-3));
    }

    /** One label, which is true of three rows in four: 1 / (1 + e^(-x / t)) = 3 / 4. */
    @Test
    void judgesEachLabelForItselfWhereThereMayBeSeveral() {
        List<float[]> logits = new ArrayList<>();
        List<int[]> truths = new ArrayList<>();
        for (int row = 0; row < 100_000; row++) {
            logits.add(new float[] {3});
            truths.add(row % 4 == 0 ? new int[0] : new int[] {0});
        }

        assertThat(TemperatureFit.of(logits, truths, true))
                .isCloseTo(3 / Math.log(3), within(1e-3));
    }

    /** A few rows, all of them right, would be less surprised the colder it gets. */
    @Test
    void staysNearOneWhereRowsSayLittle() {
        List<float[]> logits = List.of(new float[] {2, 0}, new float[] {0, 2});
        List<int[]> truths = List.of(new int[] {0}, new int[] {1});

        assertThat(TemperatureFit.of(logits, truths, false)).isBetween(0.5, 1.0);
    }
}
