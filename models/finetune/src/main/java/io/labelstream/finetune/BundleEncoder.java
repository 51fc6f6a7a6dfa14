package io.labelstream.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The BERT encoder inside a bundle folder, such as one that was fine-tuned before. Its head is left
 * behind.
 *
 * @param key the folder as the user wrote it
 */
record BundleEncoder(String key, Path folder, int heads) implements Encoder {

    private static final String HEADS = "num_attention_heads";

    /**
     * Looks into a folder.
     *
     * @throws FineTuneException if it holds no BERT
     */
    static BundleEncoder of(Path folder) {
        Path file = folder.resolve(ModelBundle.CONFIG_FILE);
        JsonNode config;
        try {
            config = Json.read(file, JsonNode.class);
        } catch (IOException e) {
            throw new FineTuneException(
                    "Encoder %s: %s cannot be read. Expected a bundle folder with %s, %s and %s."
                            .formatted(
                                    folder,
                                    ModelBundle.CONFIG_FILE,
                                    ModelBundle.MODEL_FILE,
                                    ModelBundle.TOKENIZER_FILE,
                                    ModelBundle.CONFIG_FILE),
                    e);
        }
        String type = config.path("model_type").asText("none");
        int heads = config.path(HEADS).asInt();
        if (!type.equals("bert") || heads < 1) {
            throw new FineTuneException(
                    "Encoder %s: %s says model_type '%s' with %s %s. Only encoders of type 'bert' can be fine-tuned; other models can be served as they are."
                            .formatted(
                                    folder,
                                    ModelBundle.CONFIG_FILE,
                                    type,
                                    config.path(HEADS).asText("no"),
                                    HEADS));
        }
        BundleEncoder encoder = new BundleEncoder(folder.toString(), folder, heads);
        encoder.checkNumerics(config);
        encoder.checkSpecialTokens();
        return encoder;
    }

    /** Training computes what the graph does only where all this is as in the original BERT. */
    private void checkNumerics(JsonNode config) {
        check(
                config,
                "hidden_act",
                config.path("hidden_act").asText("gelu").equals("gelu"),
                "gelu");
        double epsilon = config.path("layer_norm_eps").asDouble(Encoder.LAYER_NORM_EPSILON);
        check(config, "layer_norm_eps", (float) epsilon == Encoder.LAYER_NORM_EPSILON, "1e-12");
        check(config, "pad_token_id", config.path("pad_token_id").asInt(0) == 0, "0");
    }

    private void check(JsonNode config, String key, boolean asExpected, String expected) {
        if (!asExpected) {
            throw new FineTuneException(
                    "Encoder %s: %s says %s %s, but only %s can be trained. The model can be served as it is."
                            .formatted(
                                    folder,
                                    ModelBundle.CONFIG_FILE,
                                    key,
                                    config.path(key),
                                    expected));
        }
    }

    private void checkSpecialTokens() {
        JsonNode vocabulary;
        try {
            vocabulary =
                    Json.read(folder.resolve(ModelBundle.TOKENIZER_FILE), JsonNode.class)
                            .path("model")
                            .path("vocab");
        } catch (IOException e) {
            throw new FineTuneException(
                    "Encoder %s: %s cannot be read: %s"
                            .formatted(folder, ModelBundle.TOKENIZER_FILE, e.getMessage()),
                    e);
        }
        int cls = vocabulary.path("[CLS]").asInt(-1);
        int sep = vocabulary.path("[SEP]").asInt(-1);
        if (cls != Encoder.CLS_ID || sep != Encoder.SEP_ID) {
            throw new FineTuneException(
                    "Encoder %s: %s gives [CLS] and [SEP] the ids %d and %d; only encoders with %d and %d can be trained."
                            .formatted(
                                    folder,
                                    ModelBundle.TOKENIZER_FILE,
                                    cls,
                                    sep,
                                    Encoder.CLS_ID,
                                    Encoder.SEP_ID));
        }
    }

    @Override
    public byte[] modelBytes() {
        String inHubLayout = "onnx/" + ModelBundle.MODEL_FILE;
        return read(
                !Files.exists(folder.resolve(ModelBundle.MODEL_FILE))
                                && Files.exists(folder.resolve(inHubLayout))
                        ? inHubLayout
                        : ModelBundle.MODEL_FILE);
    }

    @Override
    public byte[] tokenizerBytes() {
        return read(ModelBundle.TOKENIZER_FILE);
    }

    private byte[] read(String file) {
        try {
            return Files.readAllBytes(folder.resolve(file));
        } catch (IOException e) {
            throw new FineTuneException(
                    "Encoder %s: %s cannot be read: %s".formatted(folder, file, e), e);
        }
    }
}
