package io.labelstream.finetune;

import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The pretrained BERT encoders that can be fine-tuned. Each is a pair of resources in a jar from
 * Maven Central, pinned by sha256: the same encoder for everybody, and no download of our own.
 */
enum Encoder {
    MINILM_L6(
            "minilm-l6",
            "all-minilm-l6-v2",
            "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e",
            "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
            12);

    /** What all of them have in common: BERT's own vocabulary layout and numerics. */
    static final int CLS_ID = 101;

    static final int SEP_ID = 102;
    static final float LAYER_NORM_EPSILON = 1e-12f;

    private final String key;
    private final String resource;
    private final String modelSha256;
    private final String tokenizerSha256;
    private final int heads;

    Encoder(String key, String resource, String modelSha256, String tokenizerSha256, int heads) {
        this.key = key;
        this.resource = resource;
        this.modelSha256 = modelSha256;
        this.tokenizerSha256 = tokenizerSha256;
        this.heads = heads;
    }

    /**
     * The encoder of a name as users write it.
     *
     * @throws FineTuneException if there is none
     */
    static Encoder of(String key) {
        return Arrays.stream(values())
                .filter(encoder -> encoder.key.equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new FineTuneException(
                                        "Encoder '%s' is unknown. Expected one of: %s."
                                                .formatted(key, keys())));
    }

    private static String keys() {
        return Arrays.stream(values()).map(Encoder::key).collect(Collectors.joining(", "));
    }

    /** Its name as users write it, and as deltas and bundles carry it. */
    String key() {
        return key;
    }

    /** Attention heads of each layer: the one thing that its graph says only in passing. */
    int heads() {
        return heads;
    }

    /** The encoder's ONNX file. */
    byte[] modelBytes() {
        return read(resource + ".onnx", modelSha256);
    }

    /** The encoder's {@code tokenizer.json}. */
    byte[] tokenizerBytes() {
        return read(resource + "-" + ModelBundle.TOKENIZER_FILE, tokenizerSha256);
    }

    private byte[] read(String name, String expectedSha256) {
        try (InputStream in = Encoder.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new FineTuneException(
                        "Encoder %s: resource %s is not on the class path. Add the jar that carries it."
                                .formatted(key, name));
            }
            byte[] bytes = in.readAllBytes();
            String found = Sha256.of(bytes);
            if (!found.equals(expectedSha256)) {
                throw new FineTuneException(
                        "Encoder %s: resource %s has sha256 %s, expected %s. Another version of its jar is on the class path."
                                .formatted(key, name, found, expectedSha256));
            }
            return bytes;
        } catch (IOException e) {
            throw new FineTuneException(
                    "Encoder %s: resource %s cannot be read: %s".formatted(key, name, e), e);
        }
    }
}
