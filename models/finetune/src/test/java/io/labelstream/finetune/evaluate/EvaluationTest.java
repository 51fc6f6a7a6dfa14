package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.labelstream.finetune.LabelledData;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {

    /**
     * Two rows at temperature 2: scores of 0.9 and 0.8 before it become 3/4 and 2/3, as the odds of
     * 9 and 4 become their roots 3 and 2.
     */
    @Test
    void measuresCalibrationBeforeAndAfter() throws Exception {
        Evaluation evaluation =
                evaluate(
                        Models.softmax(2, "a", "b"),
                        List.of("a", "b"),
                        Models.scores(0.9, 0.1),
                        Models.scores(0.8, 0.2));

        assertThat(evaluation.confusion().accuracy()).isEqualTo(0.5);
        assertThat(evaluation.uncalibrated().error()).isCloseTo((0.1 + 0.8) / 2, within(1e-6));
        assertThat(evaluation.calibrated().error())
                .isCloseTo((1.0 / 4 + 2.0 / 3) / 2, within(1e-6));
        assertThat(evaluation.scope()).isEmpty();
    }

    /**
     * In scope: one right, one wrong, one called out of scope. Out of scope: one by its label, one
     * by its low score, one taken for a.
     */
    @Test
    void measuresWhatIsOutOfScope() throws Exception {
        Evaluation evaluation =
                evaluate(
                        Models.withOutOfScope("oos", "a", "b", "oos"),
                        List.of("a", "a", "b", "oos", "oos", "oos"),
                        Models.scores(0.8, 0.1, 0.1),
                        Models.scores(0.1, 0.8, 0.1),
                        Models.scores(0.4, 0.5, 0.1),
                        Models.scores(0.1, 0.1, 0.8),
                        Models.scores(0.4, 0.35, 0.25),
                        Models.scores(0.9, 0.05, 0.05));

        Evaluation.Scope scope = evaluation.scope().orElseThrow();
        assertThat(scope.inScopeAccuracy()).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(scope.recall()).isCloseTo(2.0 / 3, within(1e-12));
        Confusion confusion = evaluation.confusion();
        assertThat(confusion.accuracy()).isEqualTo(0.5);
        assertThat(confusion.count(1, 2)).as("b, called out of scope").isOne();
        // F1: a of 1 right, 2 true, 2 found; b of 0; oos of 2 right, 3 true, 3 found.
        assertThat(confusion.macroF1()).isCloseTo((0.5 + 0 + 2.0 / 3) / 3, within(1e-12));
        // The best labels of all rows: 0.4 wrong, 0.5 right, 0.8 right twice and wrong once, 0.9
        // wrong.
        assertThat(evaluation.calibrated().bins()).hasSize(6);
        assertThat(evaluation.calibrated().error())
                .isCloseTo((0.4 + 0.5 + 0.2 + 0.2 + 0.8 + 0.9) / 6, within(1e-6));
    }

    @Test
    void aRowOutOfScopeHasNoLabelWhereTheDataHasNone() throws Exception {
        Evaluation evaluation =
                evaluate(
                        Models.withOutOfScope("oos", "a", "b", "oos"),
                        List.of("a", "b"),
                        Models.scores(0.4, 0.35, 0.25),
                        Models.scores(0.1, 0.8, 0.1));

        assertThat(evaluation.scope()).isEmpty();
        assertThat(evaluation.answers().get(0).found()).isEmpty();
        assertThat(evaluation.confusion().accuracy()).isEqualTo(0.5);
        assertThat(evaluation.confusion().macroF1()).isEqualTo(0.5);
        assertThat(evaluation.confusion().count(0, 3)).isOne();
    }

    /** Exact sets: the first of two rows. Four pairs of row and label, of which three are right. */
    @Test
    void measuresEachLabelOfSeveral() throws Exception {
        Evaluation evaluation =
                evaluate(
                        Models.sigmoid(1, "a", "b"),
                        List.of("a|b", "a"),
                        Models.odds(0.9, 0.7),
                        Models.odds(0.4, 0.2));

        assertThat(evaluation.confusion().accuracy()).isEqualTo(0.5);
        assertThat(evaluation.confusion().microF1()).isCloseTo(0.8, within(1e-12));
        assertThat(evaluation.answers().get(1).found()).isEmpty();
        // Confidence is the label's score: 0.2 false, 0.4 true, 0.7 true, 0.9 true.
        assertThat(evaluation.calibrated().error())
                .isCloseTo((0.2 + 0.6 + 0.3 + 0.1) / 4, within(1e-6));
    }

    /** A model without a rule: in scope one of two, out of scope one of two. */
    @Test
    void measuresWhatIsOutOfScopeByTheBestLabelWhereTheModelHasNoRule() throws Exception {
        ModelBundle bundle = Models.softmax(1, "a", "b", "none");
        ModelOutput[] outputs = {
            Models.scores(0.4, 0.35, 0.25),
            Models.scores(0.1, 0.1, 0.8),
            Models.scores(0.3, 0.3, 0.4),
            Models.scores(0.6, 0.3, 0.1)
        };
        LabelledData data = Models.data("a", "b", "none", "none");

        Evaluation named =
                Evaluation.of(
                        bundle, data, FoundLabels.of(bundle, data, "none"), List.of(outputs), 100);
        assertThat(named.scope()).contains(new Evaluation.Scope(0.5, 0.5));
        assertThat(named.confusion().accuracy()).isEqualTo(0.5);
        Evaluation unnamed =
                Evaluation.of(
                        bundle, data, FoundLabels.of(bundle, data, "oos"), List.of(outputs), 100);
        assertThat(unnamed.scope()).isEmpty();
        assertThat(unnamed.confusion().accuracy()).isEqualTo(0.5);
    }

    @Test
    void saysNothingOfTheTexts() throws Exception {
        Evaluation evaluation =
                evaluate(Models.softmax(1, "a", "b"), List.of("b"), Models.scores(0.9, 0.1));

        assertThat(evaluation.toString()).doesNotContain("text 0");
        assertThat(WorstConfusion.of(evaluation.answers(), 5).toString()).doesNotContain("text 0");
    }

    private static Evaluation evaluate(
            ModelBundle bundle, List<String> labels, ModelOutput... outputs) throws Exception {
        return Models.evaluation(
                bundle, Models.data(labels.toArray(String[]::new)), List.of(outputs), 100);
    }
}
