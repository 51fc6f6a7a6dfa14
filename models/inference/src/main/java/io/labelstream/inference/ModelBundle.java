package io.labelstream.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model on disk, checked: a folder in Hugging Face's layout with {@code model.onnx}, {@code
 * tokenizer.json} and {@code config.json}, and, where this project made it, {@code
 * labelstream.json} (calibration, thresholds, limits and the sha256 of every file). Immutable.
 *
 * @param folder the bundle's folder, absolute
 * @param name the model's name: from {@code labelstream.json}, else the folder's
 * @param version the model's version, or {@code "unversioned"}
 * @param digest sha256, in hex, over the names and sha256 of all files that decide the answer
 * @param labels label of each logit, in the order of {@code id2label}
 * @param decision how logits become an answer
 * @param maxTokens most tokens a text may have, special tokens included
 * @param vocabularySize ids run from 0 to below this; {@link Integer#MAX_VALUE} where unknown
 * @param fileDigests sha256, in hex, of each file that decides the answer, by file name
 */
public record ModelBundle(
        Path folder,
        String name,
        String version,
        String digest,
        List<String> labels,
        DecisionRule decision,
        int maxTokens,
        int vocabularySize,
        Map<String, String> fileDigests) {

    public static final String MODEL_FILE = "model.onnx";
    public static final String TOKENIZER_FILE = "tokenizer.json";
    public static final String CONFIG_FILE = "config.json";

    /** Ours, and optional: a folder as {@code optimum-cli} exports it has none. */
    public static final String LABELSTREAM_FILE = "labelstream.json";

    private static final int DEFAULT_MAX_TOKENS = 512;
    private static final ObjectMapper JSON = new ObjectMapper();

    public ModelBundle {
        labels = List.copyOf(labels);
        fileDigests = Map.copyOf(fileDigests);
    }

    /**
     * Reads and checks a bundle; the model itself is hashed here and loaded by {@link
     * ClassifierSession}.
     *
     * @throws BundleException if a file is missing, unreadable or not the one that was pinned
     */
    public static ModelBundle load(Path path) {
        Path folder = path.toAbsolutePath().normalize();
        String folderName = String.valueOf(folder.getFileName());
        if (!Files.isDirectory(folder)) {
            throw new BundleException(
                    "Model bundle %s: no such folder. Expected a folder with %s, %s and %s."
                            .formatted(folder, MODEL_FILE, TOKENIZER_FILE, CONFIG_FILE));
        }
        Map<String, String> digests = new TreeMap<>();
        for (String file : List.of(MODEL_FILE, TOKENIZER_FILE, CONFIG_FILE)) {
            digests.put(file, sha256(required(folder, file)));
        }
        Path ours = folder.resolve(LABELSTREAM_FILE);
        boolean hasOurs = Files.isRegularFile(ours);
        JsonNode settings = hasOurs ? json(ours) : JSON.createObjectNode();
        checkPinned(folderName, settings.path("files"), digests);
        if (hasOurs) {
            digests.put(LABELSTREAM_FILE, sha256(ours));
        }

        JsonNode config = json(folder.resolve(CONFIG_FILE));
        List<String> labels = labels(folderName, config);
        return new ModelBundle(
                folder,
                settings.path("name").asText(folderName),
                settings.path("version").asText("unversioned"),
                combined(digests),
                labels,
                DecisionRule.read(folderName, config, settings, labels),
                maxTokens(folderName, config, settings),
                config.path("vocab_size").asInt(Integer.MAX_VALUE),
                digests);
    }

    /**
     * The model's bytes, exactly those that {@link #load} hashed.
     *
     * @throws BundleException if the file changed since
     */
    byte[] modelBytes() {
        return pinned(MODEL_FILE);
    }

    /**
     * The tokenizer's bytes, exactly those that {@link #load} hashed.
     *
     * @throws BundleException if the file changed since
     */
    byte[] tokenizerBytes() {
        return pinned(TOKENIZER_FILE);
    }

    private byte[] pinned(String file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(folder.resolve(file));
        } catch (IOException e) {
            throw new BundleException("Bundle %s: cannot read %s: %s".formatted(name, file, e), e);
        }
        String found = HexFormat.of().formatHex(sha256Digest().digest(bytes));
        if (!found.equals(fileDigests.get(file))) {
            throw new BundleException(
                    "Bundle %s: %s changed while the job was starting: sha256 %s, expected %s. Copy a new model to a new folder."
                            .formatted(name, file, found, fileDigests.get(file)));
        }
        return bytes;
    }

    private static Path required(Path folder, String file) {
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path)) {
            throw new BundleException(
                    "Model bundle %s: %s is missing. Expected a folder with %s, %s and %s, as 'optimum-cli export onnx' writes it."
                            .formatted(folder, file, MODEL_FILE, TOKENIZER_FILE, CONFIG_FILE));
        }
        return path;
    }

    private static void checkPinned(String name, JsonNode pins, Map<String, String> digests) {
        for (Map.Entry<String, JsonNode> pin : pins.properties()) {
            String found = digests.get(pin.getKey());
            if (!pin.getValue().asText().equals(found)) {
                throw new BundleException(
                        "Bundle %s: %s has sha256 %s, but %s pins %s. The file was changed or damaged: assemble or copy the bundle again."
                                .formatted(
                                        name,
                                        pin.getKey(),
                                        found,
                                        LABELSTREAM_FILE,
                                        pin.getValue().asText()));
            }
        }
    }

    private static List<String> labels(String name, JsonNode config) {
        JsonNode id2label = config.path("id2label");
        List<String> labels = new ArrayList<>();
        if (id2label.isMissingNode() || id2label.isNull()) {
            int count = config.path("num_labels").asInt(2);
            for (int i = 0; i < count; i++) {
                labels.add("LABEL_" + i);
            }
            return labels;
        }
        for (int i = 0; i < id2label.size(); i++) {
            JsonNode label = id2label.path(Integer.toString(i));
            if (!label.isTextual()) {
                throw new BundleException(
                        "Bundle %s: id2label in %s has %d entries but no label for id %d. Expected ids 0 to %d, each with a text."
                                .formatted(
                                        name,
                                        CONFIG_FILE,
                                        id2label.size(),
                                        i,
                                        id2label.size() - 1));
            }
            labels.add(label.asText());
        }
        if (labels.isEmpty()) {
            throw new BundleException(
                    "Bundle %s: id2label in %s is empty; a classifier needs at least one label."
                            .formatted(name, CONFIG_FILE));
        }
        return labels;
    }

    private static int maxTokens(String name, JsonNode config, JsonNode settings) {
        int positions = config.path("max_position_embeddings").asInt(DEFAULT_MAX_TOKENS);
        // RoBERTa's positions start behind the padding id, so two of them cannot be used.
        if (config.path("model_type").asText("").contains("roberta")) {
            positions -= 2;
        }
        int limit = settings.path("max_length").asInt(Math.min(positions, DEFAULT_MAX_TOKENS));
        if (limit < 3 || limit > positions) {
            throw new BundleException(
                    "Bundle %s: max_length is %d, but the model takes 3 to %d tokens. Correct %s."
                            .formatted(name, limit, positions, LABELSTREAM_FILE));
        }
        return limit;
    }

    private static JsonNode json(Path file) {
        try {
            JsonNode node = JSON.readTree(file.toFile());
            if (node == null || !node.isObject()) {
                throw new BundleException(
                        "Model bundle %s: expected a JSON object.".formatted(file));
            }
            return node;
        } catch (IOException e) {
            throw new BundleException(
                    "Model bundle %s: not readable as JSON: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** The sha256 of a file, in hex. */
    public static String sha256(Path file) {
        MessageDigest digest = sha256Digest();
        try (var in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 20];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw new BundleException("Model bundle %s: cannot be read: %s".formatted(file, e), e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String combined(Map<String, String> digests) {
        MessageDigest digest = sha256Digest();
        new TreeMap<>(digests)
                .forEach(
                        (file, sha) ->
                                digest.update(
                                        (file + " " + sha + "\n")
                                                .getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
