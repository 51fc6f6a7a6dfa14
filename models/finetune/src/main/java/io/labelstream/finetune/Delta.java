package io.labelstream.finetune;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What fine-tuning changed, and nothing else: small enough for git, and with the encoder of the
 * same name a whole model. On disk a folder with {@code delta.json} and {@code delta.safetensors}.
 *
 * @param tensors by name: {@code MODULE.lora_a} and {@code MODULE.lora_b} are multiplied, scaled
 *     and added to the encoder's {@code MODULE.weight}; other weights of the encoder are replaced;
 *     those under {@code head.} are the head's
 */
record Delta(DeltaSettings settings, Map<String, Tensor> tensors) {

    static final String SETTINGS_FILE = "delta.json";
    static final String TENSORS_FILE = "delta.safetensors";

    /**
     * Reads a delta's folder.
     *
     * @throws FineTuneException if a file is missing, damaged or not the one that the settings name
     */
    static Delta read(Path folder) {
        Path settingsFile = required(folder, SETTINGS_FILE);
        Path tensorsFile = required(folder, TENSORS_FILE);
        try {
            DeltaSettings settings = Json.read(settingsFile, DeltaSettings.class);
            if (settings.files() == null
                    || settings.calibration() == null
                    || settings.training() == null) {
                throw new FineTuneException(
                        "Delta %s: %s has no files, calibration or training. It was made by an older version: make it again with fine-tune."
                                .formatted(folder, SETTINGS_FILE));
            }
            String expected = settings.files().get(TENSORS_FILE);
            String found = ModelBundle.sha256(tensorsFile);
            if (!found.equals(expected)) {
                throw new FineTuneException(
                        "Delta %s: %s has sha256 %s, but %s pins %s. The file was changed or damaged."
                                .formatted(folder, TENSORS_FILE, found, SETTINGS_FILE, expected));
            }
            return new Delta(settings, SafeTensors.read(tensorsFile));
        } catch (JsonProcessingException e) {
            throw new FineTuneException(
                    "Delta %s: %s is not as expected: %s"
                            .formatted(folder, SETTINGS_FILE, e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new FineTuneException("Delta %s cannot be read: %s".formatted(folder, e), e);
        }
    }

    private static Path required(Path folder, String file) {
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path)) {
            throw new FineTuneException(
                    "Delta %s: %s is missing. Expected a folder with %s and %s."
                            .formatted(folder, file, SETTINGS_FILE, TENSORS_FILE));
        }
        return path;
    }

    /**
     * Writes the delta's two files.
     *
     * @param modelSha256 of the {@code model.onnx} that encoder and delta give
     */
    void write(Path folder, String modelSha256) throws IOException {
        Files.createDirectories(folder);
        Path tensorsFile = folder.resolve(TENSORS_FILE);
        SafeTensors.write(tensorsFile, tensors);
        Map<String, String> files = new TreeMap<>();
        files.put(TENSORS_FILE, ModelBundle.sha256(tensorsFile));
        files.put(ModelBundle.MODEL_FILE, modelSha256);
        Json.write(folder.resolve(SETTINGS_FILE), settings.withFiles(files));
    }
}
