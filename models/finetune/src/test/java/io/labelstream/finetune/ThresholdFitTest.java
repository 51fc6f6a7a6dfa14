package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThresholdFitTest {

    /** True rows score sigmoid(-1), false ones sigmoid(-2): the threshold lies between. */
    @Test
    void findsTheThresholdThatTellsTheRowsApart() {
        double low = 1 / (1 + Math.exp(2));
        double high = 1 / (1 + Math.exp(1));

        assertThat(ThresholdFit.of(logits(20), truths(20), 1))
                .singleElement()
                .satisfies(t -> assertThat(t).isCloseTo((low + high) / 2, within(1e-9)));
    }

    /** Ten true and ten false rows with one score: no threshold tells any of them apart. */
    @Test
    void putsNoThresholdBetweenEqualScores() {
        List<float[]> logits = new ArrayList<>(Collections.nCopies(20, new float[] {-1}));
        logits.add(new float[] {-3});
        List<int[]> truths = new ArrayList<>(Collections.nCopies(10, new int[] {0}));
        truths.addAll(Collections.nCopies(11, new int[0]));
        double equal = 1 / (1 + Math.exp(1));
        double below = 1 / (1 + Math.exp(3));

        assertThat(ThresholdFit.of(logits, truths, 1))
                .singleElement()
                .satisfies(t -> assertThat(t).isCloseTo((equal + below) / 2, within(1e-9)));
    }

    @Test
    void leavesALabelThatIsRareAtOneHalf() {
        assertThat(ThresholdFit.of(logits(9), truths(9), 1)).containsExactly(0.5);
    }

    private static List<float[]> logits(int each) {
        List<float[]> logits = new ArrayList<>();
        for (int row = 0; row < 2 * each; row++) {
            logits.add(new float[] {row < each ? -1 : -2});
        }
        return logits;
    }

    private static List<int[]> truths(int each) {
        List<int[]> truths = new ArrayList<>();
        for (int row = 0; row < 2 * each; row++) {
            truths.add(row < each ? new int[] {0} : new int[0]);
        }
        return truths;
    }
}
