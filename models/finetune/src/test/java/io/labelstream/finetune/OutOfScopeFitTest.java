package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.labelstream.inference.OutOfScopeMeasure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutOfScopeFitTest {

    private static final int NONE = 2;

    private final List<float[]> logits = new ArrayList<>();
    private final List<Integer> truths = new ArrayList<>();

    /**
     * In-scope rows have one high logit of two; out-of-scope ones two equal logits, higher still:
     * energy takes these for in scope, the margin does not.
     */
    @Test
    void choosesTheMeasureThatFindsMost() {
        for (int row = 0; row < 10; row++) {
            add(0, 5, 1, -5);
            add(NONE, 6, 6, -5);
        }

        List<OutOfScopeFit.Choice> choices = OutOfScopeFit.of(logits, truths, 1, NONE, 0);

        assertThat(choices).hasSize(OutOfScopeMeasure.values().length);
        assertThat(choices.get(0).measure()).isNotEqualTo(OutOfScopeMeasure.ENERGY);
        assertThat(choices.get(0).recall()).isEqualTo(1);
        assertThat(choices.get(0).inScopeAccuracy()).isEqualTo(1);
        assertThat(choices.get(2).measure()).isEqualTo(OutOfScopeMeasure.ENERGY);
        assertThat(choices.get(2).recall()).isZero();
    }

    /** One in-scope row of ten fits worse than all others: it may be given up, or not. */
    @Test
    void givesUpNoMoreThanWasAllowed() {
        add(0, 1, 0, -9);
        for (int row = 0; row < 9; row++) {
            add(1, 0, 9, -9);
        }
        add(NONE, 2, 0, -9);

        OutOfScopeFit.Choice strict = OutOfScopeFit.of(logits, truths, 1, NONE, 0).get(0);
        OutOfScopeFit.Choice loose = OutOfScopeFit.of(logits, truths, 1, NONE, 0.1).get(0);

        assertThat(strict.inScopeAccuracy()).isEqualTo(1);
        assertThat(strict.recall()).isZero();
        assertThat(loose.inScopeAccuracy()).isCloseTo(0.9, within(1e-9));
        assertThat(loose.recall()).isEqualTo(1);
    }

    @Test
    void theLabelItselfIsAVerdictWhateverTheMeasure() {
        for (int row = 0; row < 4; row++) {
            add(0, 5, 0, 0);
        }
        add(NONE, 0, 0, 5);

        assertThat(OutOfScopeFit.of(logits, truths, 1, NONE, 0))
                .allSatisfy(choice -> assertThat(choice.recall()).isEqualTo(1));
    }

    @Test
    void choosesNothingWithoutRowsThatAreOutOfScope() {
        add(0, 1, 0, 0);

        assertThat(OutOfScopeFit.of(logits, truths, 1, NONE, 0)).isEmpty();
    }

    private void add(int truth, float... row) {
        logits.add(row);
        truths.add(truth);
    }

    /** Both find the only row that is out of scope; energy also ranks it below all others. */
    @Test
    void ofEqualOnesTheMeasureThatSeparatesBestIsChosen() {
        add(0, 9, 8, -9);
        for (int row = 0; row < 9; row++) {
            add(0, 9, 0, -9);
        }
        add(NONE, 4, 2, -9);

        List<OutOfScopeFit.Choice> choices = OutOfScopeFit.of(logits, truths, 1, NONE, 0.1);

        assertThat(choices).allSatisfy(choice -> assertThat(choice.recall()).isEqualTo(1));
        assertThat(choices.get(0).measure()).isEqualTo(OutOfScopeMeasure.ENERGY);
        assertThat(choices.get(0).separation()).isEqualTo(1);
        assertThat(choices.get(1).separation()).isCloseTo(0.9, within(1e-9));
    }
}
