package io.labelstream.finetune;

import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a model bundle: what {@link ModelBundle#load} reads, in Hugging Face's layout, so that
 * their own libraries can run it, too.
 */
final class BundleWriter {

    /** Files of another bundle that would still be read after the others were replaced. */
    private static final List<String> LEFT_OVER =
            List.of("tokenizer_config.json", "special_tokens_map.json");

    private BundleWriter() {}

    /**
     * Assembles a model and writes its bundle.
     *
     * @param folder made where it does not exist; files of a bundle in it are replaced
     * @return sha256 of {@code model.onnx}
     * @throws FineTuneException if the model is not the one that the delta pins, or cannot be
     *     written
     */
    static String write(Path folder, EncoderGraph encoder, Delta delta) {
        return write(folder, encoder, delta.settings(), GraphAssembler.assemble(encoder, delta));
    }

    /**
     * Writes the bundle of a model that was assembled before.
     *
     * @param model as {@link GraphAssembler} made it
     */
    static String write(Path folder, EncoderGraph encoder, DeltaSettings settings, byte[] model) {
        String modelSha256 = Sha256.of(model);
        checkPinned(settings, modelSha256);
        Map<String, String> files = new LinkedHashMap<>();
        files.put(ModelBundle.MODEL_FILE, modelSha256);
        try {
            Files.createDirectories(folder);
            for (String leftOver : LEFT_OVER) {
                Files.deleteIfExists(folder.resolve(leftOver));
            }
            Files.write(folder.resolve(ModelBundle.MODEL_FILE), model);
            Path tokenizer = folder.resolve(ModelBundle.TOKENIZER_FILE);
            Files.write(tokenizer, encoder.encoder().tokenizerBytes());
            files.put(ModelBundle.TOKENIZER_FILE, ModelBundle.sha256(tokenizer));
            Path config = folder.resolve(ModelBundle.CONFIG_FILE);
            Json.write(config, config(encoder, settings));
            files.put(ModelBundle.CONFIG_FILE, ModelBundle.sha256(config));
            Json.write(folder.resolve(ModelBundle.LABELSTREAM_FILE), labelstream(settings, files));
        } catch (IOException e) {
            throw new FineTuneException("Bundle %s cannot be written: %s".formatted(folder, e), e);
        }
        return modelSha256;
    }

    private static void checkPinned(DeltaSettings settings, String found) {
        String pinned = settings.files().get(ModelBundle.MODEL_FILE);
        if (pinned != null && !pinned.equals(found)) {
            throw new FineTuneException(
                    "Delta %s: the assembled %s has sha256 %s, but %s pins %s. Encoder, delta or assembly changed: measure the model again, then pin the new digest."
                            .formatted(
                                    settings.name(),
                                    ModelBundle.MODEL_FILE,
                                    found,
                                    Delta.SETTINGS_FILE,
                                    pinned));
        }
    }

    private static Map<String, Object> config(EncoderGraph encoder, DeltaSettings settings) {
        List<String> labels = settings.labels();
        Map<String, Object> idToLabel = new LinkedHashMap<>();
        Map<String, Object> labelToId = new LinkedHashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            idToLabel.put(Integer.toString(i), labels.get(i));
            labelToId.put(labels.get(i), i);
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("architectures", List.of("BertForSequenceClassification"));
        config.put("model_type", "bert");
        config.put(
                "problem_type",
                settings.multiLabel()
                        ? "multi_label_classification"
                        : "single_label_classification");
        config.put("id2label", idToLabel);
        config.put("label2id", labelToId);
        config.put("hidden_act", "gelu");
        config.put("hidden_size", encoder.hidden());
        config.put("intermediate_size", encoder.intermediate());
        config.put("layer_norm_eps", 1e-12);
        config.put("max_position_embeddings", encoder.positions());
        config.put("num_attention_heads", encoder.encoder().heads());
        config.put("num_hidden_layers", encoder.layers());
        config.put("pad_token_id", 0);
        config.put("type_vocab_size", encoder.types());
        config.put("vocab_size", encoder.vocabulary());
        return config;
    }

    private static Map<String, Object> labelstream(
            DeltaSettings settings, Map<String, String> files) {
        Map<String, Object> ours = new LinkedHashMap<>();
        ours.put("name", settings.name());
        ours.put("version", settings.version());
        ours.put("language", settings.language());
        ours.put("encoder", settings.encoder());
        ours.put("head", settings.head());
        ours.put("max_length", settings.maxLength());
        ours.putAll(Json.map(settings.calibration()));
        ours.put("training", Json.map(settings.training()));
        ours.put("lora", Json.map(settings.lora()));
        ours.put("data", settings.data());
        ours.put("metrics", settings.metrics());
        ours.put("files", files);
        return ours;
    }
}
