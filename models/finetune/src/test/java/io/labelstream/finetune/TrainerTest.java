package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.labelstream.inference.TextTokenizer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {

    private static final List<String> GOOD =
            List.of("a lovely film", "warm and funny", "great acting", "i loved it");
    private static final List<String> BAD =
            List.of("a dreadful film", "cold and dull", "poor acting", "i hated it");

    @TempDir private Path folder;
    private final EncoderGraph graph = EncoderGraph.of(PretrainedEncoder.MINILM_L6);
    private final Head head = new AttentionHead();

    @Test
    void lossFallsAndGradientsDoNotAddUp() {
        try (NDManager manager = PyTorch.newManager()) {
            BertClassifier model = model(manager, initial());
            Trainer trainer =
                    new Trainer(manager, model, accuracy(), Deltas.training(1, 8, 0), quiet());
            List<LabelledTokens> rows = rows();

            float first = trainer.step(rows, 0, 1e-3);
            NDArray gradient = model.parameters().row().getGradient();
            assertThat(gradient.norm().getFloat()).isZero();
            float last = first;
            for (int i = 1; i < 16; i++) {
                last = trainer.step(rows, i, 1e-3);
            }

            assertThat(first).isBetween(0.5f, 0.9f);
            assertThat(last).isLessThan(first / 2);
            assertThat(trainer.score(rows)).isEqualTo(1);
        }
    }

    /** A step that left anything behind would fill the memory within minutes. */
    @Test
    void leavesNothingInMemory() {
        try (NDManager manager = PyTorch.newManager()) {
            Trainer trainer =
                    new Trainer(
                            manager,
                            model(manager, initial()),
                            accuracy(),
                            Deltas.training(1, 8, 0.1),
                            quiet());
            trainer.step(rows(), 0, 1e-3);
            trainer.score(rows());
            int before = manager.getManagedArrays().size();

            trainer.step(rows(), 1, 1e-3);
            trainer.score(rows());

            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    /** Rows of two labels that weigh differently: the same gradient, however they are cut. */
    @Test
    void hasTheSameGradientInPartsAsAtOnce() {
        float[] atOnce = gradient(Integer.MAX_VALUE);
        float[] inParts = gradient(10);

        assertThat(Batches.parts(rows(), 10)).hasSizeGreaterThan(2);
        double difference = 0;
        double length = 0;
        for (int i = 0; i < atOnce.length; i++) {
            difference += Math.pow(inParts[i] - atOnce[i], 2);
            length += Math.pow(atOnce[i], 2);
        }
        assertThat(Math.sqrt(difference / length)).isLessThan(1e-3);
    }

    private float[] gradient(int maxTokensPerPass) {
        Objective weighted = new SingleLabelObjective(new float[] {3, 1}, 0.1);
        List<LabelledTokens> rows = rows().subList(0, 6);
        try (NDManager manager = PyTorch.newManager()) {
            BertClassifier model = model(manager, initial());
            TrainingSettings settings = Deltas.training(1, 32, 0);
            new Trainer(manager, model, weighted, settings, quiet(), maxTokensPerPass)
                    .backward(rows);
            return model.parameters().row().getGradient().toFloatArray();
        }
    }

    @Test
    void keepsTheBestEpochAndSaysHowItGoes() {
        StringBuilder lines = new StringBuilder();
        Trainer.Outcome outcome = train(2, accuracy(), lines(lines));

        assertThat(outcome.score()).isGreaterThan(0.5);
        assertThat(lines)
                .contains("epoch 1/2 step 2/2: loss ", "epoch 2/2 done: loss ", "accuracy");
    }

    @Test
    void givesTheSameModelForTheSameSeed() {
        Map<String, Tensor> first = train(2, accuracy(), quiet()).values();
        Map<String, Tensor> second = train(2, accuracy(), quiet()).values();

        assertSame(first, second);
    }

    @Test
    void goesOnAfterAnInterruptionAsIfThereHadBeenNone() {
        Trainer.Outcome whole = train(3, new Scripted(1, 2, 3), quiet(), folder.resolve("whole"));
        Path state = folder.resolve("state");
        StringBuilder lines = new StringBuilder();

        assertThatThrownBy(() -> train(3, new Scripted(1), quiet(), state))
                .hasMessage("interrupted");
        Trainer.Outcome resumed = train(3, new Scripted(2, 3), lines(lines), state);

        assertThat(lines).contains("going on after epoch 1 of").doesNotContain("epoch 1/3 done");
        assertThat(whole.epoch()).isEqualTo(3);
        assertThat(resumed.epoch()).isEqualTo(3);
        assertSame(resumed.values(), whole.values());
    }

    @Test
    void stopsWhereEpochsGetNoBetter() {
        StringBuilder lines = new StringBuilder();
        Trainer.Outcome outcome = train(9, new Scripted(4, 3, 2, 1, 0), lines(lines));

        assertThat(outcome.epoch()).isEqualTo(1);
        assertThat(lines).contains("epoch 4/9 done", "stopped early").doesNotContain("epoch 5/9");
    }

    /** Scores as it is told, epoch by epoch, and is interrupted where it was told no more. */
    private static final class Scripted implements Objective {
        private final Objective real = accuracy();
        private final double[] scores;
        private int asked;

        Scripted(double... scores) {
            this.scores = scores;
        }

        @Override
        public NDArray loss(NDManager step, NDArray logits, List<LabelledTokens> batch) {
            return real.loss(step, logits, batch);
        }

        @Override
        public double score(List<float[]> logits, List<LabelledTokens> rows) {
            if (asked == scores.length) {
                throw new IllegalStateException("interrupted");
            }
            return scores[asked++];
        }

        @Override
        public double weight(List<LabelledTokens> batch) {
            return real.weight(batch);
        }

        @Override
        public String measure() {
            return "nothing";
        }
    }

    @Test
    void startsFromTheEncoderItself() {
        Map<String, Tensor> initial = initial();

        assertThat(initial.keySet())
                .contains(
                        "encoder.layer.5.attention.self.query.lora_a",
                        "encoder.layer.0.intermediate.dense.lora_b",
                        "encoder.layer.0.output.LayerNorm.weight",
                        "head.score.weight")
                .noneMatch(name -> name.contains("embeddings.weight"));
        assertThat(initial.get("encoder.layer.0.output.dense.lora_b").values()).containsOnly(0);
    }

    private Trainer.Outcome train(int epochs, Objective objective, PrintStream progress) {
        return train(epochs, objective, progress, folder.resolve("unused"));
    }

    private Trainer.Outcome train(
            int epochs, Objective objective, PrintStream progress, Path state) {
        try (NDManager manager = PyTorch.newManager()) {
            TrainingSettings settings = Deltas.training(epochs, 4, 0.1);
            Trainer.Outcome outcome =
                    new Trainer(manager, model(manager, initial()), objective, settings, progress)
                            .train(rows(), rows(), new TrainingCheckpoint(state, "films"));
            new TrainingCheckpoint(state, "films").delete();
            return outcome;
        }
    }

    private static Objective accuracy() {
        return new SingleLabelObjective(new float[] {1, 1}, 0);
    }

    private static void assertSame(Map<String, Tensor> one, Map<String, Tensor> other) {
        one.forEach(
                (name, tensor) ->
                        assertThat(other.get(name).values()).containsExactly(tensor.values()));
    }

    private static PrintStream lines(StringBuilder lines) {
        return new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        lines.append((char) b);
                    }
                });
    }

    private BertClassifier model(NDManager manager, Map<String, Tensor> values) {
        return new BertClassifier(manager, graph, head, Deltas.LORA, values);
    }

    private Map<String, Tensor> initial() {
        return BertClassifier.initial(graph, head, Tuning.LOW_RANK, Deltas.LORA, 2, new Random(7));
    }

    private List<LabelledTokens> rows() {
        List<LabelledTokens> rows = new ArrayList<>();
        try (TextTokenizer tokenizer = EncoderTokenizer.open(graph, 32)) {
            GOOD.forEach(text -> rows.add(new LabelledTokens(tokenizer.encode(text, ""), 1)));
            BAD.forEach(text -> rows.add(new LabelledTokens(tokenizer.encode(text, ""), 0)));
        }
        return rows;
    }

    private static PrintStream quiet() {
        return new PrintStream(OutputStream.nullOutputStream());
    }
}
