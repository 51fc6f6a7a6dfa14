package io.labelstream.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model on disk, checked: a folder in Hugging Face's layout with {@code model.onnx} (or {@code
 * onnx/model.onnx}), {@code tokenizer.json} and {@code config.json}, and, where there are, {@code
 * tokenizer_config.json}, the model's external data, and our own {@code labelstream.json}
 * (calibration, thresholds, limits and the sha256 of every file). Immutable.
 *
 * @param folder the bundle's folder, absolute
 * @param modelFile the ONNX file, relative to the folder
 * @param name the model's name: from {@code labelstream.json}, else the folder's
 * @param version the model's version, or {@code "unversioned"}
 * @param digest sha256, in hex, over the names and sha256 of all files that decide the answer
 * @param labels label of each logit, in the order of {@code id2label}
 * @param decision how logits become an answer
 * @param maxTokens most tokens a text may have, special tokens included
 * @param cutsLeft whether longer texts lose their start, not their end
 * @param padId the id that fills up the shorter texts of a batch
 * @param vocabularySize ids run from 0 to below this
 * @param fileDigests sha256, in hex, of each file that decides the answer, by its path relative to
 *     the folder
 * @param externalFiles weights that lie beside the model, relative to the folder; digested, too
 * @param language of the texts that the model is for, as {@code labelstream.json} names it; empty
 *     where it does not
 */
public record ModelBundle(
        Path folder,
        String modelFile,
        String name,
        String version,
        String digest,
        List<String> labels,
        DecisionRule decision,
        int maxTokens,
        boolean cutsLeft,
        int padId,
        int vocabularySize,
        Map<String, String> fileDigests,
        List<String> externalFiles,
        String language) {

    public static final String MODEL_FILE = "model.onnx";
    public static final String TOKENIZER_FILE = "tokenizer.json";
    public static final String CONFIG_FILE = "config.json";

    /** Hugging Face's, and optional: longest text and side of the cut are taken from it. */
    public static final String TOKENIZER_CONFIG_FILE = "tokenizer_config.json";

    /** Ours, and optional: a folder as {@code optimum-cli} exports it has none. */
    public static final String LABELSTREAM_FILE = "labelstream.json";

    /** No array of Java's holds more. */
    static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    /** The largest tokenizers there are have a tenth of that. */
    static final int MOST_BYTES_OF_JSON = 256 << 20;

    public ModelBundle {
        labels = List.copyOf(labels);
        fileDigests = Map.copyOf(fileDigests);
        externalFiles = List.copyOf(externalFiles);
    }

    /** A model whose weights all lie in its ONNX file, and that names no language. */
    public ModelBundle(
            Path folder,
            String modelFile,
            String name,
            String version,
            String digest,
            List<String> labels,
            DecisionRule decision,
            int maxTokens,
            boolean cutsLeft,
            int padId,
            int vocabularySize,
            Map<String, String> fileDigests) {
        this(
                folder,
                modelFile,
                name,
                version,
                digest,
                labels,
                decision,
                maxTokens,
                cutsLeft,
                padId,
                vocabularySize,
                fileDigests,
                List.of(),
                "");
    }

    /**
     * Reads and checks a bundle, and takes {@code model.onnx}, else {@code onnx/model.onnx}, else
     * the only ONNX file there is.
     *
     * @throws BundleException if a file is missing, unreadable or not the one that was pinned
     */
    public static ModelBundle load(Path path) {
        return load(path, "");
    }

    /**
     * Reads and checks a bundle; the model itself is hashed here and loaded by {@link
     * ClassifierSession}, which refuses one that changed meanwhile. Between that check and the load
     * by ONNX Runtime weights beside the model can still change: where others may write into the
     * folder, give the job a read-only one.
     *
     * @param modelFile the ONNX file to take, relative to the folder or to its {@code onnx} folder,
     *     such as {@code model_fp16.onnx}; empty for the usual one
     * @throws BundleException if a file is missing, unreadable or not the one that was pinned
     */
    public static ModelBundle load(Path path, String modelFile) {
        return BundleReader.read(path, modelFile);
    }

    /**
     * The model's bytes, exactly those that {@link #load} hashed; external data is checked again.
     *
     * @throws BundleException if a file changed since
     */
    byte[] modelBytes() {
        for (String file : externalFiles) {
            checkUnchanged(file, sha256(folder.resolve(file)));
        }
        return pinned(modelFile, MOST_BYTES);
    }

    /**
     * Checks that a model which is about to be loaded keeps its weights where the one did that was
     * checked.
     *
     * @param locations relative to the model file
     * @throws BundleException if a file is another, or no longer one of the bundle's own
     */
    void checkExternal(Set<String> locations) {
        List<String> files = ModelFile.checkedExternal(name, folder, modelFile, locations);
        if (!Set.copyOf(files).equals(Set.copyOf(externalFiles))) {
            throw new BundleException(
                    "Bundle %s: %s changed while the job was starting: it keeps weights in other files. Copy a new model to a new folder."
                            .formatted(name, modelFile));
        }
    }

    /** Where the ONNX file lies. */
    Path modelPath() {
        return folder.resolve(modelFile);
    }

    /**
     * The tokenizer's bytes, exactly those that {@link #load} hashed.
     *
     * @throws BundleException if the file changed since
     */
    byte[] tokenizerBytes() {
        return pinned(TOKENIZER_FILE, MOST_BYTES_OF_JSON);
    }

    private byte[] pinned(String file, int most) {
        byte[] bytes = readAll(name, folder.resolve(file), most);
        checkUnchanged(file, sha256(bytes));
        return bytes;
    }

    private void checkUnchanged(String file, String found) {
        if (!found.equals(fileDigests.get(file))) {
            throw new BundleException(
                    "Bundle %s: %s changed while the job was starting: sha256 %s, expected %s. Copy a new model to a new folder."
                            .formatted(name, file, found, fileDigests.get(file)));
        }
    }

    /**
     * What a file holds.
     *
     * @param name the bundle's, for messages
     * @param most bytes that it may have
     */
    static byte[] readAll(String name, Path file, int most) {
        try {
            long size = Files.size(file);
            if (size > most) {
                throw new BundleException(
                        "Bundle %s: %s has %d bytes; expected at most %d. It is no file of a model: export or copy it again."
                                .formatted(name, file.getFileName(), size, most));
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw PassingBundleException.of(
                    "Bundle %s: cannot read %s: %s".formatted(name, file.getFileName(), e), e);
        }
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(sha256Digest().digest(bytes));
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
            throw PassingBundleException.of(
                    "Model bundle %s: cannot be read: %s".formatted(file, e), e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
