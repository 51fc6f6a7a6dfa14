package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.labelstream.inference.EncodedText;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectiveTest {

    private static final EncodedText TEXT = new EncodedText(new int[3], 3, false, new int[0]);

    /** Two rows: -log softmax is ln 2 and ln(1 + e^-2), of weights 3 and 1. */
    @Test
    void crossEntropyIsTheWeightedMean() {
        double expected = (3 * Math.log(2) + Math.log1p(Math.exp(-2))) / 4;

        float loss =
                loss(
                        new SingleLabelObjective(new float[] {3, 1}, 0),
                        new float[][] {{1, 1}, {0, 2}},
                        row(0),
                        row(1));

        assertThat(loss).isCloseTo((float) expected, within(1e-6f));
    }

    /**
     * The true label of two keeps 0.9 + 0.1 / 2 of a row's weight: 0.95 ln(1 + e^-2) + 0.05 ln(1 +
     * e^2) of the row that weighs 3, and ln 2 of the other.
     */
    @Test
    void smoothedLabelsShareAPartOfTheWeight() {
        double smoothed = 0.95 * Math.log1p(Math.exp(-2)) + 0.05 * Math.log1p(Math.exp(2));
        double expected = (3 * smoothed + Math.log(2)) / 4;

        float loss =
                loss(
                        new SingleLabelObjective(new float[] {1, 3}, 0.1),
                        new float[][] {{0, 2}, {1, 1}},
                        row(1),
                        row(0));

        assertThat(loss).isCloseTo((float) expected, within(1e-6f));
    }

    /** One row with two labels of three: ln(1 + e^-x) where true, ln(1 + e^x) where not. */
    @Test
    void binaryCrossEntropyIsTheSumOverLabels() {
        double expected =
                Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(2)) + Math.log1p(Math.exp(-3));

        float loss = loss(new MultiLabelObjective(3), new float[][] {{1, -2, -3}}, row(0, 1));

        assertThat(loss).isCloseTo((float) expected, within(1e-6f));
    }

    @Test
    void epochsAreChosenByAccuracy() {
        Objective accuracy = new SingleLabelObjective(new float[] {1, 1, 1}, 0);
        List<float[]> logits = List.of(f(1, 0, 0), f(0, 1, 0), f(0, 1, 0), f(0, 0, 1));

        assertThat(accuracy.measure()).isEqualTo("accuracy");
        assertThat(accuracy.score(logits, List.of(row(0), row(1), row(2), row(2)))).isEqualTo(0.75);
    }

    /** Label 0: 1 right of 2 found and 1 true; label 1: 1 right of 1 found and 2 true. */
    @Test
    void epochsAreChosenByMacroF1WhereLabelsAreWeighted() {
        Objective f1 = new SingleLabelObjective(new float[] {1, 2}, 0);
        List<float[]> logits = List.of(f(1, 0), f(1, 0), f(0, 1));

        assertThat(f1.measure()).isEqualTo("macro F1");
        assertThat(f1.score(logits, List.of(row(0), row(1), row(1))))
                .isCloseTo((2.0 / 3 + 2.0 / 3) / 2, within(1e-9));
    }

    @Test
    void epochsAreChosenByExactSetsWhereThereMayBeSeveralLabels() {
        Objective exact = new MultiLabelObjective(2);
        List<float[]> logits = List.of(f(1, 1), f(1, -1), f(-1, 1));

        assertThat(exact.score(logits, List.of(row(0, 1), row(0, 1), row(1))))
                .isCloseTo(2.0 / 3, within(1e-9));
    }

    @Test
    void rareLabelsWeighMoreWhereDataIsSkewed() {
        List<LabelledTokens> skewed = List.of(row(0), row(0), row(0), row(0), row(0), row(1));

        assertThat(LabelWeights.NONE.of(skewed, 2)).containsExactly(1, 1);
        float[] weights = LabelWeights.AUTO.of(skewed, 2);
        assertThat(weights[0]).isCloseTo((float) Math.sqrt(3 / 5.0), within(1e-6f));
        assertThat(weights[1]).isCloseTo((float) Math.sqrt(3), within(1e-6f));
        assertThat(LabelWeights.AUTO.of(List.of(row(0), row(0), row(0), row(1), row(1)), 2))
                .containsExactly(1, 1);
    }

    private static float loss(Objective objective, float[][] logits, LabelledTokens... rows) {
        try (NDManager manager = PyTorch.newManager()) {
            return objective.loss(manager, manager.create(logits), List.of(rows)).getFloat();
        }
    }

    private static LabelledTokens row(int... labels) {
        return new LabelledTokens(TEXT, labels);
    }

    private static float[] f(float... logits) {
        return logits;
    }
}
