package io.labelstream.finetune;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A BERT encoder to fine-tune: where its files come from. */
public interface Encoder {

    /** BERT's own vocabulary layout and numerics, which all of them share. */
    int CLS_ID = 101;

    int SEP_ID = 102;
    float LAYER_NORM_EPSILON = 1e-12f;

    /**
     * The encoder that a user names: a pretrained one, or the one in a bundle folder.
     *
     * @throws FineTuneException if there is neither
     */
    static Encoder of(String name) {
        Optional<PretrainedEncoder> pretrained =
                Arrays.stream(PretrainedEncoder.values())
                        .filter(encoder -> encoder.key().equals(name))
                        .findFirst();
        if (pretrained.isPresent()) {
            return pretrained.get();
        }
        if (Files.isDirectory(Path.of(name))) {
            return BundleEncoder.of(Path.of(name));
        }
        throw new FineTuneException(
                "Encoder '%s' is unknown, and no folder either. Expected a bundle folder or one of: %s."
                        .formatted(
                                name,
                                Arrays.stream(PretrainedEncoder.values())
                                        .map(PretrainedEncoder::key)
                                        .collect(Collectors.joining(", "))));
    }

    /** Its name as users write it, and as deltas and bundles carry it. */
    String key();

    /** Attention heads of each layer: the one thing that its graph says only in passing. */
    int heads();

    /** An ONNX file that holds the encoder. */
    byte[] modelBytes();

    /** The encoder's {@code tokenizer.json}. */
    byte[] tokenizerBytes();
}
