package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassificationTest {

    @TempDir Path folder;

    @Test
    void softmaxSumsToOneAndTemperatureSoftensIt() {
        float[] sharp = ScoreFunction.SOFTMAX.scores(new float[] {2, 0, -1}, 1);
        float[] soft = ScoreFunction.SOFTMAX.scores(new float[] {2, 0, -1}, 4);

        assertThat(sharp[0] + sharp[1] + sharp[2]).isEqualTo(1, within(1e-6f));
        assertThat(sharp[0]).isEqualTo(0.8438f, within(1e-4f));
        assertThat(soft[0]).isLessThan(sharp[0]).isGreaterThan(soft[1]);
    }

    @Test
    void softmaxSurvivesLargeLogits() {
        assertThat(ScoreFunction.SOFTMAX.scores(new float[] {1e30f, -1e30f}, 1))
                .containsExactly(1, 0);
    }

    @Test
    void sigmoidJudgesEachLabelForItself() {
        assertThat(ScoreFunction.SIGMOID.scores(new float[] {0, 200, -200}, 1))
                .containsExactly(0.5f, 1, 0);
    }

    @Test
    void regressionKeepsTheLogit() {
        assertThat(ScoreFunction.NONE.scores(new float[] {3.5f}, 2)).containsExactly(3.5f);
    }

    @Test
    void scoreFunctionIsChosenAsTheHubDoes() {
        assertThat(ScoreFunction.of("regression", 1)).isEqualTo(ScoreFunction.NONE);
        assertThat(ScoreFunction.of("multi_label_classification", 5))
                .isEqualTo(ScoreFunction.SIGMOID);
        assertThat(ScoreFunction.of("single_label_classification", 1))
                .isEqualTo(ScoreFunction.SIGMOID);
        assertThat(ScoreFunction.of("single_label_classification", 2))
                .isEqualTo(ScoreFunction.SOFTMAX);
        assertThat(ScoreFunction.of("", 1)).isEqualTo(ScoreFunction.SIGMOID);
        assertThat(ScoreFunction.of("", 3)).isEqualTo(ScoreFunction.SOFTMAX);
    }

    @Test
    void givesAsManyLabelsAsAskedForBestFirst() throws InferenceException {
        ModelBundle bundle = TinyBundle.write(folder);
        float[] logits = {-1, 1};

        assertThat(Classification.of(bundle, logits, 1).labels()).hasSize(1);
        assertThat(Classification.of(bundle, logits, 9).labels())
                .extracting(ScoredLabel::label)
                .containsExactly("positive", "negative");
        assertThat(Classification.of(bundle, logits, 1).best())
                .isEqualTo(Classification.of(bundle, logits, 2).best());
    }
}
