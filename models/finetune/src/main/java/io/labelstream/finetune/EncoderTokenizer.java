package io.labelstream.finetune;

import io.labelstream.inference.DecisionRule;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Opens an encoder's tokenizer before there is a bundle: the very one that inference uses. */
final class EncoderTokenizer {

    private EncoderTokenizer() {}

    /**
     * Opens it.
     *
     * @param maxTokens longer texts are cut to this, special tokens included
     */
    static TextTokenizer open(EncoderGraph encoder, int maxTokens) {
        byte[] tokenizer = encoder.encoder().tokenizerBytes();
        try {
            Path folder = Files.createTempDirectory("labelstream-tokenizer");
            Path file = folder.resolve(ModelBundle.TOKENIZER_FILE);
            try {
                Files.write(file, tokenizer);
                return TextTokenizer.open(
                        new ModelBundle(
                                folder,
                                ModelBundle.MODEL_FILE,
                                encoder.encoder().key(),
                                "",
                                "",
                                List.of(),
                                DecisionRule.softmax(0),
                                maxTokens,
                                false,
                                0,
                                encoder.vocabulary(),
                                Map.of(ModelBundle.TOKENIZER_FILE, Sha256.of(tokenizer))));
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new FineTuneException(
                    "The tokenizer of encoder %s cannot be unpacked: %s"
                            .formatted(encoder.encoder().key(), e),
                    e);
        }
    }
}
