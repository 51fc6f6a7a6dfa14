package io.labelstream.finetune.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import io.labelstream.finetune.evaluate.FoundLabels;
import io.labelstream.inference.DecisionRule;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.OutOfScope;
import io.labelstream.inference.OutOfScopeMeasure;
import io.labelstream.inference.ScoreFunction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final ModelBundle MODEL =
            new ModelBundle(
                    Path.of("none"),
                    ModelBundle.MODEL_FILE,
                    "tiny",
                    "1",
                    "digest",
                    List.of("a", "oos"),
                    new DecisionRule(
                            ScoreFunction.SOFTMAX,
                            false,
                            1,
                            List.of(0.5, 0.5),
                            Optional.of(new OutOfScope("oos", OutOfScopeMeasure.MAX_SCORE, 0.7))),
                    16,
                    false,
                    0,
                    100,
                    Map.of());

    private static final ModelOutput SURE = output(0.9);
    private static final ModelOutput REJECTED = output(0.6);

    /** The second row was in scope and is rejected now; the third was taken for a, and is not. */
    @Test
    void accuracyAsksWhetherATextIsOutOfScope() throws Exception {
        Comparison comparison =
                compare(
                        List.of("a", "a", "oos", "oos"),
                        List.of(SURE, SURE, SURE, REJECTED),
                        List.of(SURE, REJECTED, REJECTED, REJECTED));

        assertThat(comparison.accuracyBefore()).contains(0.75);
        assertThat(comparison.accuracyAfter()).contains(0.75);
        assertThat(comparison.agreement()).isEqualTo(0.5);
        assertThat(comparison.pointsLost()).isZero();
    }

    @Test
    void namesARejectedTextAsALoss() throws Exception {
        Comparison comparison =
                compare(List.of("a", "oos"), List.of(SURE, REJECTED), List.of(REJECTED, SURE));

        assertThat(comparison.accuracyBefore()).contains(1.0);
        assertThat(comparison.accuracyAfter()).contains(0.0);
    }

    private static Comparison compare(
            List<String> truth, List<ModelOutput> before, List<ModelOutput> after)
            throws Exception {
        List<LabelledText> rows = new ArrayList<>();
        truth.forEach(
                label -> rows.add(new LabelledText("text", "", List.of(label), rows.size() + 2L)));
        FoundLabels labels =
                FoundLabels.of(
                        MODEL,
                        new LabelledData(Path.of("rows.csv"), false, rows),
                        FoundLabels.OUT_OF_SCOPE);
        return Comparison.measured(MODEL, rows, Optional.of(labels), before, after, 1);
    }

    /** Label a gets this score. */
    private static ModelOutput output(double score) {
        return new ModelOutput(
                new float[] {(float) Math.log(score / (1 - score)), 0}, new float[0]);
    }
}
