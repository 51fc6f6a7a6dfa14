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
        return new BundleEncoder(folder.toString(), folder, heads);
    }

    @Override
    public byte[] modelBytes() {
        return read(ModelBundle.MODEL_FILE);
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
