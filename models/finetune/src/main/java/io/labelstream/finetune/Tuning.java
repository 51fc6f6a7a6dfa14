package io.labelstream.finetune;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** How much of the encoder is trained; the head always is. */
enum Tuning {
    /** Low-rank deltas of its matrices, its biases and LayerNorms: a few MB. */
    @JsonProperty("low-rank")
    LOW_RANK("low-rank", 1e-3, 3e-4) {
        @Override
        Map<String, Tensor> initial(EncoderGraph encoder, Lora lora, RandomGenerator random) {
            return lora.initial(encoder, random);
        }
    },

    /** Everything, embeddings included: as large as the encoder. */
    @JsonProperty("full")
    FULL("full", 1e-4, 1e-4) {
        @Override
        Map<String, Tensor> initial(EncoderGraph encoder, Lora lora, RandomGenerator random) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            encoder.names().forEach(name -> weights.put(name, encoder.weight(name)));
            return weights;
        }
    },

    /** Nothing: the encoder stays as it was pretrained. */
    @JsonProperty("head")
    HEAD("head", 1e-3, 1e-3) {
        @Override
        Map<String, Tensor> initial(EncoderGraph encoder, Lora lora, RandomGenerator random) {
            return Map.of();
        }
    };

    private final String key;
    private final double learningRate;
    private final double learningRateForPairs;

    Tuning(String key, double learningRate, double learningRateForPairs) {
        this.key = key;
        this.learningRate = learningRate;
        this.learningRateForPairs = learningRateForPairs;
    }

    /**
     * The one that users write so.
     *
     * @throws FineTuneException if there is none
     */
    static Tuning of(String key) {
        return Arrays.stream(values())
                .filter(tuning -> tuning.key.equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new FineTuneException(
                                        "--tune '%s' is unknown. Expected low-rank, full or head."
                                                .formatted(key)));
    }

    /** Name as users write it. */
    String key() {
        return key;
    }

    /** The rate at its peak that suits it; comparing texts takes smaller steps. */
    double learningRate(boolean pairs) {
        return pairs ? learningRateForPairs : learningRate;
    }

    /** What training of the encoder starts from. */
    abstract Map<String, Tensor> initial(EncoderGraph encoder, Lora lora, RandomGenerator random);
}
