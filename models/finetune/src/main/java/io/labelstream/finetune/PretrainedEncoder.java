package io.labelstream.finetune;

import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.io.InputStream;

/**
 * The pretrained BERT encoders that can be fine-tuned by name. Each is a pair of resources in a jar
 * from Maven Central, pinned by sha256: the same encoder for everybody, and no download of our own.
 */
enum PretrainedEncoder implements Encoder {
    MINILM_L6(
            "minilm-l6",
            "all-minilm-l6-v2",
            "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e",
            "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
            12),
    BGE_SMALL_EN(
            "bge-small-en",
            "bge-small-en-v1.5",
            "828e1496d7fabb79cfa4dcd84fa38625c0d3d21da474a00f08db0f559940cf35",
            "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
            12),
    BGE_SMALL_ZH(
            "bge-small-zh",
            "bge-small-zh-v1.5",
            "69a0b846f4f116b5e6aabf9546ea6754d02264f3211a13a1bd69b31b8040749a",
            "48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26",
            8);

    private final String key;
    private final String resource;
    private final String modelSha256;
    private final String tokenizerSha256;
    private final int heads;

    PretrainedEncoder(
            String key, String resource, String modelSha256, String tokenizerSha256, int heads) {
        this.key = key;
        this.resource = resource;
        this.modelSha256 = modelSha256;
        this.tokenizerSha256 = tokenizerSha256;
        this.heads = heads;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public int heads() {
        return heads;
    }

    @Override
    public byte[] modelBytes() {
        return read(resource + ".onnx", modelSha256);
    }

    @Override
    public byte[] tokenizerBytes() {
        return read(resource + "-" + ModelBundle.TOKENIZER_FILE, tokenizerSha256);
    }

    private byte[] read(String name, String expectedSha256) {
        try (InputStream in = PretrainedEncoder.class.getClassLoader().getResourceAsStream(name)) {
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
