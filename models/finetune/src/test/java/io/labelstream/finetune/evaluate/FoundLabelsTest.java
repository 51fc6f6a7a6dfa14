package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.finetune.FineTuneException;
import io.labelstream.inference.Classification;
import io.labelstream.inference.DecisionRule;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.ScoreFunction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FoundLabelsTest {

    @Test
    void aTextOutOfScopeCountsAsTheLabelThatMeansIt() throws Exception {
        ModelBundle bundle = Models.withOutOfScope("oos", "a", "b", "oos");
        ModelOutput unsure = Models.scores(0.5, 0.3, 0.2);

        assertThat(found(bundle, unsure, "a", "oos")).containsExactly("oos");
        assertThat(found(bundle, unsure, "a", "b")).as("no row has it").isEmpty();
    }

    @Test
    void theModelsOwnLabelGoesBeforeTheUsers() throws Exception {
        ModelBundle bundle = Models.withOutOfScope("none", "a", "oos", "none");
        ModelOutput unsure = Models.scores(0.5, 0.3, 0.2);

        assertThat(found(bundle, unsure, "none", "oos")).containsExactly("none");
        assertThat(found(bundle, unsure, "a", "oos")).containsExactly("oos");
    }

    @Test
    void aModelWithoutARuleFindsItsBestLabel() throws Exception {
        ModelBundle bundle = Models.softmax(1, "a", "oos");

        assertThat(found(bundle, Models.scores(0.6, 0.4), "a", "oos")).containsExactly("a");
        assertThat(found(bundle, Models.scores(0.4, 0.6), "a", "oos")).containsExactly("oos");
    }

    private static List<String> found(ModelBundle bundle, ModelOutput output, String... rows)
            throws Exception {
        return FoundLabels.of(bundle, Models.data(rows), "oos")
                .of(Classification.of(bundle, output.logits(), 0));
    }

    @Test
    void refusesALabelThatTheModelDoesNotKnow() {
        assertThatThrownBy(
                        () ->
                                FoundLabels.check(
                                        Models.softmax(1, "a", "b"), Models.data("a", "b", "c")))
                .isInstanceOf(FineTuneException.class)
                .hasMessage(
                        "rows.csv line 4: this label is none of model tiny, which knows: a, b.");
    }

    @Test
    void refusesSeveralLabelsWhereTheModelGivesOne() {
        assertThatThrownBy(
                        () ->
                                FoundLabels.check(
                                        Models.softmax(1, "a", "b"), Models.data("a", "a|b")))
                .isInstanceOf(FineTuneException.class)
                .hasMessage(
                        "rows.csv line 3: 2 labels, but model tiny gives a text one. Evaluate a multi-label model, or leave the row out.");
    }

    @Test
    void refusesAModelThatGivesNumbers() {
        ModelBundle regression =
                Models.bundle(
                        new DecisionRule(
                                ScoreFunction.NONE, false, 1, List.of(0.5), Optional.empty()),
                        "stars");

        assertThatThrownBy(() -> FoundLabels.check(regression, Models.data("stars")))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("Model tiny gives numbers (problem_type regression)");
    }
}
