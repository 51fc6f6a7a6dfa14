package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReliabilityTest {

    /**
     * Seven predictions in three bins: 3, 2 and 2, from the least confident. Means of confidence
     * 0.2, 0.5 and 0.9, accuracies 1/3, 0 and 1, so gaps of 2/15, 1/2 and 1/10.
     */
    @Test
    void isTheMeanGapOfEqualBins() {
        Reliability reliability =
                Reliability.of(
                        List.of(
                                prediction(0.95, true),
                                prediction(0.1, false),
                                prediction(0.6, false),
                                prediction(0.3, true),
                                prediction(0.85, true),
                                prediction(0.2, false),
                                prediction(0.4, false)),
                        3);

        assertThat(reliability.bins()).extracting(Reliability.Bin::count).containsExactly(3, 2, 2);
        assertThat(reliability.bins().get(0).confidence()).isCloseTo(0.2, within(1e-12));
        assertThat(reliability.bins().get(0).accuracy()).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(reliability.error())
                .isCloseTo((3 * 2.0 / 15 + 2 * 0.5 + 2 * 0.1) / 7, within(1e-12));
    }

    @Test
    void hasFifteenBinsOfEqualMass() {
        List<Reliability.Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < 152; i++) {
            predictions.add(prediction(i / 152.0, true));
        }

        assertThat(Reliability.of(predictions).bins())
                .hasSize(15)
                .extracting(Reliability.Bin::count)
                .startsWith(11, 11, 10)
                .endsWith(10);
    }

    /** Of ten predictions at 0.8, eight are right: nothing to correct. */
    @Test
    void isZeroWhereConfidenceIsTrue() {
        List<Reliability.Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            predictions.add(prediction(0.8, i < 8));
        }

        assertThat(Reliability.of(predictions, 1).error()).isCloseTo(0, within(1e-12));
    }

    @Test
    void hasNoMoreBinsThanPredictions() {
        Reliability reliability =
                Reliability.of(List.of(prediction(0.9, true), prediction(0.7, false)));

        assertThat(reliability.bins()).hasSize(2);
        assertThat(reliability.error()).isCloseTo((0.1 + 0.7) / 2, within(1e-12));
        assertThat(Reliability.of(List.of()).bins()).isEmpty();
    }

    private static Reliability.Prediction prediction(double confidence, boolean right) {
        return new Reliability.Prediction(confidence, right);
    }
}
