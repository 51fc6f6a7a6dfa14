package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionTest {

    private static final List<String> LABELS = List.of("a", "b", "c", "never");

    /** The figures are those that scikit-learn gives for the same rows. */
    @Test
    void givesTheUsualFigures() {
        Confusion confusion = new Confusion(LABELS);
        for (String row : List.of("aa", "aa", "ab", "bb", "bc", "cc", "cc", "ca")) {
            confusion.add(List.of(row.substring(0, 1)), List.of(row.substring(1)));
        }

        assertThat(confusion.rows()).isEqualTo(8);
        assertThat(confusion.accuracy()).isEqualTo(5.0 / 8);
        assertThat(confusion.microF1()).isEqualTo(5.0 / 8);
        assertThat(confusion.figures().get(0))
                .isEqualTo(new Confusion.LabelFigures("a", 2.0 / 3, 2.0 / 3, 2.0 / 3, 3));
        assertThat(confusion.figures().get(1))
                .isEqualTo(new Confusion.LabelFigures("b", 0.5, 0.5, 0.5, 2));
        assertThat(confusion.figures().get(3))
                .isEqualTo(new Confusion.LabelFigures("never", 0, 0, 0, 0));
        assertThat(confusion.macroF1()).isCloseTo((2.0 / 3 + 0.5 + 2.0 / 3) / 3, within(1e-12));
        assertThat(confusion.matrix())
                .containsExactly(
                        List.of(2, 1, 0, 0, 0),
                        List.of(0, 1, 1, 0, 0),
                        List.of(1, 0, 2, 0, 0),
                        List.of(0, 0, 0, 0, 0),
                        List.of(0, 0, 0, 0, 0));
        assertThat(confusion.count(2, 0)).isOne();
        assertThat(confusion.count(0, 2)).isZero();
    }

    /** Four rows: one exact, one label too many, one missed, one taken for another. */
    @Test
    void countsSetsOfLabels() {
        Confusion confusion = new Confusion(LABELS);
        confusion.add(List.of("a", "b"), List.of("b", "a"));
        confusion.add(List.of("a"), List.of("a", "c"));
        confusion.add(List.of("b", "c"), List.of("c"));
        confusion.add(List.of("a", "c"), List.of("a", "b"));

        assertThat(confusion.accuracy()).isEqualTo(0.25);
        // Right: a 3, b 1, c 1. True: a 3, b 2, c 2. Found: a 3, b 2, c 2.
        assertThat(confusion.microF1()).isCloseTo(10.0 / 14, within(1e-12));
        assertThat(confusion.macroF1()).isCloseTo((1 + 0.5 + 0.5) / 3, within(1e-12));
        int none = LABELS.size();
        assertThat(confusion.count(none, 2)).as("c beside a").isOne();
        assertThat(confusion.count(1, none)).as("b missed").isOne();
        assertThat(confusion.count(2, 1)).as("c taken for b").isOne();
    }

    @Test
    void aRowWithoutAFoundLabelIsMissed() {
        Confusion confusion = new Confusion(LABELS);
        confusion.add(List.of("a"), List.of());
        confusion.add(List.of("a"), List.of("a"));

        assertThat(confusion.accuracy()).isEqualTo(0.5);
        assertThat(confusion.microF1()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(confusion.figures().get(0).recall()).isEqualTo(0.5);
        assertThat(confusion.figures().get(0).precision()).isOne();
    }
}
