package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionTest {

    /** The figures are those that scikit-learn gives for the same rows. */
    @Test
    void givesTheUsualFigures() {
        Confusion confusion = new Confusion(List.of("a", "b", "c", "never"));
        int[][] rows = {{0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 2}, {2, 2}, {2, 0}};
        for (int[] row : rows) {
            confusion.add(row[0], row[1]);
        }

        assertThat(confusion.rows()).isEqualTo(8);
        assertThat(confusion.accuracy()).isEqualTo(5.0 / 8);
        assertThat(confusion.figures().get(0))
                .isEqualTo(new Confusion.LabelFigures("a", 2.0 / 3, 2.0 / 3, 2.0 / 3, 3));
        assertThat(confusion.figures().get(1))
                .isEqualTo(new Confusion.LabelFigures("b", 0.5, 0.5, 0.5, 2));
        assertThat(confusion.figures().get(3))
                .isEqualTo(new Confusion.LabelFigures("never", 0, 0, 0, 0));
        assertThat(confusion.macroF1()).isCloseTo((2.0 / 3 + 0.5 + 2.0 / 3) / 3, within(1e-12));
    }
}
