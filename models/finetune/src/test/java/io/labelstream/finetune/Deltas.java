package io.labelstream.finetune;

import java.util.List;
import java.util.Map;
import java.util.Random;

/** Deltas that tests need without minutes of training: random ones, but of the right shapes. */
final class Deltas {

    static final Lora LORA = new Lora(4, 8);
    static final TrainingSettings TRAINING = new TrainingSettings(1, 8, 1e-3, 0.01, 0, 7);

    private Deltas() {}

    /** Changes every weight that training changes, far enough to be noticed and no further. */
    static Delta random(EncoderGraph graph) {
        Random random = new Random(11);
        Map<String, Tensor> tensors =
                BertClassifier.initial(graph, new AttentionHead(), LORA, 3, random);
        for (Tensor tensor : tensors.values()) {
            for (int i = 0; i < tensor.values().length; i++) {
                tensor.values()[i] += (float) (0.02 * random.nextGaussian());
            }
        }
        return new Delta(settings(), tensors);
    }

    static DeltaSettings settings() {
        return new DeltaSettings(
                "random",
                "1",
                "en",
                "minilm-l6",
                "attention",
                List.of("bad", "fair", "good"),
                LORA,
                64,
                1,
                Map.of("name", "none"),
                TRAINING,
                Map.of("validation_accuracy", 0.5),
                Map.of());
    }
}
