package io.labelstream.finetune.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LossBoundTest {

    private final LossBound bound = new LossBound(0.3);

    @Test
    void takesWhatIsWithinBothBounds() {
        assertThat(bound.exceededBy(comparison(0.99, 0.9, 0.8975))).isEmpty();
        assertThat(bound.exceededBy(comparison(1, 0.9, 0.95))).isEmpty();
    }

    /** 100 * (0.9 - 0.897) is 0.30000000000000027 in floating point. */
    @Test
    void takesTheBoundItself() {
        assertThat(bound.exceededBy(comparison(1, 0.9, 0.897))).isEmpty();
        assertThat(bound.exceededBy(comparison(1, 0.9, 0.8969))).isNotEmpty();
        assertThat(new LossBound(0).exceededBy(comparison(1, 0.9, 0.9 - 1e-7))).isNotEmpty();
    }

    @Test
    void namesLabelsThatWereLost() {
        assertThat(bound.exceededBy(comparison(0.985, 0.9, 0.9)))
                .isEqualTo("98.50 % of 200 texts keep their labels, expected 99 % or more");
    }

    @Test
    void namesAccuracyThatWasLost() {
        assertThat(bound.exceededBy(comparison(0.995, 0.9, 0.895)))
                .isEqualTo("accuracy falls by 0.50 points, expected 0.3 or less");
    }

    @Test
    void asksForAgreementAloneWhereNoTextHasALabel() {
        Comparison unlabelled =
                new Comparison(200, 0.995, 0, 0, Optional.empty(), Optional.empty(), 1);

        assertThat(bound.exceededBy(unlabelled)).isEmpty();
    }

    private static Comparison comparison(double agreement, double before, double after) {
        return new Comparison(200, agreement, 0, 0, Optional.of(before), Optional.of(after), 1);
    }
}
