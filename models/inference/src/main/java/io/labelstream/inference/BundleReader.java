package io.labelstream.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads a bundle's files, and checks that they belong together. */
final class BundleReader {

    /** Longest text where neither the bundle nor its tokenizer says, as most encoders have it. */
    private static final int DEFAULT_MAX_TOKENS = 512;

    /** Every text has two special tokens, and needs one of its own. */
    private static final int LEAST_TOKENS = 3;

    /** Tokenizer files write "no limit" as 1e30, and that as they can. */
    private static final int NO_LIMIT = 1_000_000;

    private static final int LONGEST_NAME = 200;
    private static final String PINS = "files";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    private final Path folder;
    private final String name;
    private final Map<String, String> digests = new TreeMap<>();

    private BundleReader(Path folder) {
        this.folder = folder;
        this.name = String.valueOf(folder.getFileName());
    }

    /** Does what {@link ModelBundle#load(Path, String)} says. */
    static ModelBundle read(Path path, String modelFile) {
        Path folder = path.toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw new BundleException(
                    "Model bundle %s: no such folder. Expected a folder with %s, %s and %s."
                            .formatted(
                                    folder,
                                    ModelBundle.MODEL_FILE,
                                    ModelBundle.TOKENIZER_FILE,
                                    ModelBundle.CONFIG_FILE));
        }
        return new BundleReader(folder).read(ModelFile.choose(folder, modelFile));
    }

    private ModelBundle read(String modelFile) {
        require(ModelBundle.TOKENIZER_FILE);
        require(ModelBundle.CONFIG_FILE);
        byte[] tokenizer = digested(ModelBundle.TOKENIZER_FILE);
        digest(modelFile);
        ModelConfig config = new ModelConfig(json(ModelBundle.CONFIG_FILE));
        JsonFile tokenizerConfig = json(ModelBundle.TOKENIZER_CONFIG_FILE);
        JsonFile settings = json(ModelBundle.LABELSTREAM_FILE);
        // Before the model is looked into: a damaged file is best called that.
        Map<String, String> pins = pins(settings);
        checkPinned(pins, false);
        OnnxFile onnx = OnnxFile.read(name, folder.resolve(modelFile));
        List<String> external =
                ModelFile.checkedExternal(name, folder, modelFile, onnx.externalFiles());
        external.forEach(this::digest);
        checkPinned(pins, true);

        TokenizerFiles tokenizerFiles = tokenizerFiles(name, tokenizer);
        List<String> labels = config.labels(onnx.lastDimension(ModelSignature.LOGITS));
        return new ModelBundle(
                folder,
                modelFile,
                identity(settings, "name", name),
                identity(settings, "version", "unversioned"),
                combined(digests),
                labels,
                DecisionRule.read(name, config, settings.json(), labels),
                maxTokens(name, config, tokenizerConfig, settings),
                cutsLeft(name, tokenizerConfig, tokenizerFiles),
                config.padId(),
                vocabularySize(name, config, tokenizerFiles, onnx),
                digests,
                external,
                settings.text("language"));
    }

    /** A name or version: it goes into logs, metrics and each result. */
    private static String identity(JsonFile settings, String key, String otherwise) {
        String text = settings.path(key).asText(otherwise);
        if (settings.json().has(key) && (text.length() > LONGEST_NAME || !JsonFile.isPlain(text))) {
            throw new BundleException(
                    "Bundle %s: %s in %s is %s; expected at most %d characters, none of them a control character. Correct it."
                            .formatted(
                                    settings.bundle(),
                                    key,
                                    settings.name(),
                                    JsonFile.shown(settings.path(key)),
                                    LONGEST_NAME));
        }
        return text;
    }

    private void require(String file) {
        if (!Files.isRegularFile(folder.resolve(file))) {
            throw new BundleException(
                    "Model bundle %s: %s is missing. Expected a folder with %s, %s and %s, as 'optimum-cli export onnx' writes it."
                            .formatted(
                                    folder,
                                    file,
                                    ModelBundle.MODEL_FILE,
                                    ModelBundle.TOKENIZER_FILE,
                                    ModelBundle.CONFIG_FILE));
        }
    }

    private void digest(String file) {
        digests.put(file, ModelBundle.sha256(folder.resolve(file)));
    }

    private byte[] digested(String file) {
        byte[] bytes =
                ModelBundle.readAll(name, folder.resolve(file), ModelBundle.MOST_BYTES_OF_JSON);
        digests.put(file, ModelBundle.sha256(bytes));
        return bytes;
    }

    /** Reads and digests a file, in one reading; one that is not there is empty. */
    private JsonFile json(String file) {
        if (!Files.isRegularFile(folder.resolve(file))) {
            return JsonFile.absent(name, file);
        }
        return JsonFile.read(name, folder.resolve(file), digested(file));
    }

    /** The sha256 of each file that our own file pins, in lower case. */
    private static Map<String, String> pins(JsonFile settings) {
        JsonNode node = settings.path(PINS);
        Map<String, String> pins = new LinkedHashMap<>();
        if (node.isMissingNode()) {
            return pins;
        }
        if (!node.isObject()) {
            throw badPins(settings, node);
        }
        for (Map.Entry<String, JsonNode> pin : node.properties()) {
            JsonNode sha256 = pin.getValue();
            if (!sha256.isTextual() || !SHA256.matcher(sha256.asText()).matches()) {
                throw badPins(settings, sha256);
            }
            pins.put(pin.getKey(), sha256.asText().toLowerCase(Locale.ROOT));
        }
        return pins;
    }

    private static BundleException badPins(JsonFile settings, JsonNode found) {
        return new BundleException(
                "Bundle %s: %s in %s holds %s; expected an object that gives each file's name its sha256, of 64 hex digits. Assemble the bundle again."
                        .formatted(
                                settings.bundle(), PINS, settings.name(), JsonFile.shown(found)));
    }

    /** Compares with what our own file pins: the files read so far, or all that it names. */
    private void checkPinned(Map<String, String> pins, boolean all) {
        for (Map.Entry<String, String> pin : pins.entrySet()) {
            String file = pin.getKey();
            String found = digests.get(file);
            if (found == null && !all) {
                continue;
            }
            if (found == null
                    && ModelFile.isInside(folder, file)
                    && Files.isRegularFile(folder.resolve(file))) {
                found = ModelBundle.sha256(folder.resolve(file));
            }
            if (!pin.getValue().equals(found)) {
                throw new BundleException(
                        "Bundle %s: %s %s, but %s pins %s. The file was changed or damaged: assemble or copy the bundle again."
                                .formatted(
                                        name,
                                        JsonFile.shown(file),
                                        found == null ? "is missing" : "has sha256 " + found,
                                        ModelBundle.LABELSTREAM_FILE,
                                        pin.getValue()));
            }
        }
    }

    private static TokenizerFiles tokenizerFiles(String name, byte[] tokenizer) {
        try {
            return TokenizerFiles.read(tokenizer);
        } catch (IOException e) {
            throw new BundleException(
                    "Bundle %s: %s cannot be loaded: %s"
                            .formatted(
                                    name,
                                    ModelBundle.TOKENIZER_FILE,
                                    JsonFile.shown(e.getMessage())),
                    e);
        }
    }

    /** What our own file says, else what the tokenizer and the model's positions allow. */
    private static int maxTokens(
            String name, ModelConfig config, JsonFile tokenizerConfig, JsonFile settings) {
        double ofTokenizer = tokenizerConfig.path("model_max_length").asDouble(Double.NaN);
        boolean unlimited = !(ofTokenizer <= NO_LIMIT);
        int positions = config.positions().orElse(NO_LIMIT);
        int usual = (int) Math.min(positions, unlimited ? DEFAULT_MAX_TOKENS : ofTokenizer);
        OptionalInt ours = settings.whole("max_length", 0, Integer.MAX_VALUE);
        int limit = ours.orElse(usual);
        if (limit < LEAST_TOKENS || limit > positions) {
            throw new BundleException(
                    "Bundle %s: %s is %d, but the model takes %d to %d tokens. Correct %s."
                            .formatted(
                                    name,
                                    ours.isPresent() ? "max_length" : "the longest text",
                                    limit,
                                    LEAST_TOKENS,
                                    positions,
                                    ours.isPresent()
                                            ? ModelBundle.LABELSTREAM_FILE
                                            : "model_max_length in "
                                                    + ModelBundle.TOKENIZER_CONFIG_FILE
                                                    + " or max_position_embeddings in "
                                                    + ModelBundle.CONFIG_FILE));
        }
        return limit;
    }

    private static boolean cutsLeft(
            String name, JsonFile tokenizerConfig, TokenizerFiles tokenizerFiles) {
        String side = tokenizerConfig.text("truncation_side");
        if (side.isEmpty()) {
            return tokenizerFiles.cutsLeft();
        }
        if (!TokenizerFiles.isLeft(side) && !side.equalsIgnoreCase("right")) {
            throw new BundleException(
                    "Bundle %s: truncation_side in %s is %s; expected left or right."
                            .formatted(
                                    name,
                                    ModelBundle.TOKENIZER_CONFIG_FILE,
                                    JsonFile.shown(tokenizerConfig.path("truncation_side"))));
        }
        return TokenizerFiles.isLeft(side);
    }

    /**
     * As many ids as the tokenizer can give, the padding id among them.
     *
     * @throws BundleException if the model does not know them all
     */
    private static int vocabularySize(
            String name, ModelConfig config, TokenizerFiles tokenizer, OnnxFile onnx) {
        int highest = Math.max(tokenizer.highestId(), config.padId());
        OptionalLong rows = onnx.embeddingRows();
        OptionalInt configured = config.vocabularySize();
        if (configured.isPresent() && highest >= configured.getAsInt()) {
            throw foreignTokenizer(
                    name,
                    highest,
                    "vocab_size in " + ModelBundle.CONFIG_FILE,
                    configured.getAsInt());
        }
        if (rows.isPresent() && highest >= rows.getAsLong()) {
            throw foreignTokenizer(name, highest, "the model's embedding", rows.getAsLong());
        }
        return highest + 1;
    }

    private static BundleException foreignTokenizer(
            String name, int highest, String where, long ids) {
        return new BundleException(
                "Bundle %s: the tokenizer gives ids up to %d, but by %s the model has %d ids, from 0 on. %s belongs to another model."
                        .formatted(name, highest, where, ids, ModelBundle.TOKENIZER_FILE));
    }

    private static String combined(Map<String, String> digests) {
        MessageDigest digest = ModelBundle.sha256Digest();
        new TreeMap<>(digests)
                .forEach(
                        (file, sha) ->
                                digest.update(
                                        (file + " " + sha + "\n")
                                                .getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }
}
