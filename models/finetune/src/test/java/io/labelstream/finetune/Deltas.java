package io.labelstream.finetune;

import java.util.List;
import java.util.Map;
import java.util.Random;

/** Deltas that tests need without minutes of training: random ones, but of the right shapes. */
final class Deltas {

    static final Lora LORA = new Lora(4, 8);
    static final TrainingSettings TRAINING = training(1, 8, 0);

    private Deltas() {}

    /** Low-rank training at a rate that shows on a few rows. */
    static TrainingSettings training(int epochs, int batchSize, double dropout) {
        return new TrainingSettings(
                Tuning.LOW_RANK,
                epochs,
                3,
                batchSize,
                1e-3,
                0.01,
                dropout,
                0.1,
                0.1,
                LabelWeights.NONE,
                7);
    }

    /** Changes every weight that training changes, far enough to be noticed and no further. */
    static Delta random(EncoderGraph graph) {
        return random(graph, new AttentionHead());
    }

    /** The same for another head. */
    static Delta random(EncoderGraph graph, Head head) {
        Random random = new Random(11);
        Map<String, Tensor> tensors =
                BertClassifier.initial(graph, head, Tuning.LOW_RANK, LORA, 3, random);
        for (Tensor tensor : tensors.values()) {
            for (int i = 0; i < tensor.values().length; i++) {
                tensor.values()[i] += (float) (0.02 * random.nextGaussian());
            }
        }
        return new Delta(settings(graph, head), tensors);
    }

    static DeltaSettings settings() {
        return settings(PretrainedEncoder.MINILM_L6.key(), new AttentionHead());
    }

    private static DeltaSettings settings(EncoderGraph graph, Head head) {
        return settings(graph.encoder().key(), head);
    }

    private static DeltaSettings settings(String encoder, Head head) {
        return new DeltaSettings(
                "random",
                "1",
                "en",
                encoder,
                head.key(),
                List.of("bad", "fair", "good"),
                LORA,
                64,
                false,
                Calibration.NONE,
                Map.of("name", "none"),
                TRAINING,
                Map.of("validation_accuracy", 0.5),
                Map.of());
    }
}
