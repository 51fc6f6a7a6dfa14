package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.labelstream.inference.TextTokenizer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainerTest {

    private static final List<String> GOOD =
            List.of("a lovely film", "warm and funny", "great acting", "i loved it");
    private static final List<String> BAD =
            List.of("a dreadful film", "cold and dull", "poor acting", "i hated it");

    private final EncoderGraph graph = EncoderGraph.of(Encoder.MINILM_L6);
    private final Head head = new AttentionHead();

    @Test
    void lossFallsAndGradientsDoNotAddUp() {
        try (NDManager manager = PyTorch.newManager()) {
            BertClassifier model = model(manager, initial());
            TrainingSettings settings = new TrainingSettings(1, 8, 1e-3, 0.01, 0, 7);
            Trainer trainer = new Trainer(manager, model, settings, quiet());
            AdamW optimizer =
                    new AdamW(
                            manager,
                            model.parameters().row(),
                            new float[(int) model.parameters().row().size()]);
            List<LabelledTokens> rows = rows();

            float first = trainer.step(optimizer, rows, 2, 1e-3);
            NDArray gradient = model.parameters().row().getGradient();
            assertThat(gradient.norm().getFloat()).isZero();
            float last = first;
            for (int i = 0; i < 15; i++) {
                last = trainer.step(optimizer, rows, 2, 1e-3);
            }

            assertThat(first).isBetween(0.5f, 0.9f);
            assertThat(last).isLessThan(first / 2);
            assertThat(trainer.accuracy(rows)).isEqualTo(1);
        }
    }

    @Test
    void keepsTheBestEpochAndSaysHowItGoes() {
        StringBuilder lines = new StringBuilder();
        PrintStream progress =
                new PrintStream(
                        new OutputStream() {
                            @Override
                            public void write(int b) {
                                lines.append((char) b);
                            }
                        });
        Trainer.Outcome outcome = train(progress);

        assertThat(outcome.accuracy()).isGreaterThan(0.5);
        assertThat(lines).contains("epoch 1/2 step 2/2 loss ", "epoch 2/2 done: validation");
    }

    @Test
    void givesTheSameModelForTheSameSeed() {
        Map<String, Tensor> first = train(quiet()).values();
        Map<String, Tensor> second = train(quiet()).values();

        first.forEach(
                (name, tensor) ->
                        assertThat(second.get(name).values()).containsExactly(tensor.values()));
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

    private Trainer.Outcome train(PrintStream progress) {
        try (NDManager manager = PyTorch.newManager()) {
            TrainingSettings settings = new TrainingSettings(2, 4, 1e-3, 0.01, 0.1, 7);
            return new Trainer(manager, model(manager, initial()), settings, progress)
                    .train(rows(), rows(), 2);
        }
    }

    private BertClassifier model(NDManager manager, Map<String, Tensor> values) {
        return new BertClassifier(manager, graph, head, Deltas.LORA, values);
    }

    private Map<String, Tensor> initial() {
        return BertClassifier.initial(graph, head, Deltas.LORA, 2, new Random(7));
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
