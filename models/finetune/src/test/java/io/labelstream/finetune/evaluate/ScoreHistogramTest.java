package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreHistogramTest {

    @Test
    void countsRightAndWrongBestLabelsByScore() throws Exception {
        Evaluation evaluation =
                Models.evaluation(
                        Models.softmax(1, "a", "b"),
                        Models.data("a", "a", "b"),
                        List.of(
                                Models.scores(0.62, 0.38),
                                Models.scores(0.36, 0.64),
                                Models.scores(1e-30, 1)),
                        1);

        ScoreHistogram histogram = ScoreHistogram.of(evaluation.answers());

        assertThat(histogram.right())
                .hasSize(20)
                .contains(1)
                .satisfies(
                        bars -> {
                            assertThat(bars[12]).isOne();
                            assertThat(bars[19]).as("a score of 1").isOne();
                        });
        assertThat(histogram.wrong()[12]).isOne();
    }
}
