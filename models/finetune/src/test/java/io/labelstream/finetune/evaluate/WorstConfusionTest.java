package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorstConfusionTest {

    @Test
    void putsTheMostFrequentFirstAndTheSurestTextsOnTop() throws Exception {
        Evaluation evaluation =
                Models.evaluation(
                        Models.softmax(1, "a", "b", "c"),
                        Models.data("c", "a", "a", "a", "a", "b"),
                        List.of(
                                Models.scores(0.1, 0.8, 0.1),
                                Models.scores(0.3, 0.6, 0.1),
                                Models.scores(0.1, 0.8, 0.1),
                                Models.scores(0.05, 0.9, 0.05),
                                Models.scores(0.2, 0.7, 0.1),
                                Models.scores(0.1, 0.8, 0.1)),
                        1);

        List<WorstConfusion> worst = WorstConfusion.of(evaluation.answers(), 10);

        assertThat(worst).hasSize(2);
        assertThat(worst.get(0).truth()).isEqualTo("a");
        assertThat(worst.get(0).found()).isEqualTo("b");
        assertThat(worst.get(0).rows()).isEqualTo(4);
        assertThat(worst.get(0).texts())
                .extracting(WorstConfusion.Example::text)
                .containsExactly("text 3", "text 2", "text 4");
        assertThat(worst.get(1).rows()).isOne();
        assertThat(WorstConfusion.of(evaluation.answers(), 1)).hasSize(1);
    }

    /** Row 0 lacks b and has c; row 1 lacks b; row 2 has c beside a. */
    @Test
    void countsSetsAsTheConfusionMatrixDoes() throws Exception {
        Evaluation evaluation =
                Models.evaluation(
                        Models.sigmoid(1, "a", "b", "c"),
                        Models.data("a|b", "a|b", "a"),
                        List.of(
                                Models.odds(0.9, 0.1, 0.9),
                                Models.odds(0.9, 0.1, 0.1),
                                Models.odds(0.9, 0.1, 0.9)),
                        1);

        assertThat(WorstConfusion.of(evaluation.answers(), 10))
                .extracting(WorstConfusion::truth, WorstConfusion::found, WorstConfusion::rows)
                .containsExactly(
                        tuple("b", "c", 1),
                        tuple("b", Confused.NONE, 1),
                        tuple(Confused.NONE, "c", 1));
    }
}
