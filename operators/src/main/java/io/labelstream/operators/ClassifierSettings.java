package io.labelstream.operators;

import io.labelstream.inference.DeviceType;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.SessionSettings;
import io.labelstream.serde.InputSettings;
import io.labelstream.serde.OutputSettings;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the operators need to know; travels with them to the cluster.
 *
 * @param bundlePath folder of the model bundle, the same on every machine
 * @param modelFile the ONNX file in it; empty for the usual one
 * @param input what the messages are
 * @param output what results are
 * @param maxTokens most tokens a text; 0 for as many as the model takes
 * @param maxCharacters longer texts are cut before they are tokenized, in UTF-16 units
 * @param topK how many labels to give; 0 for those that the model says apply
 * @param withAttention whether to give the attention of words
 * @param attentionWords of how many words, those with the most; 0 for all
 * @param maxTokensPerRun most padded tokens of a run; 0 for what suits the device
 * @param maxRowsPerRun most rows of a run
 * @param maxPaddingPerText most padded tokens that a text may add to a run beyond its own; 0 for
 *     what suits the device
 * @param cacheTexts answers to keep for texts whose token ids come again; 0 for none
 * @param linger how long a free session waits for a fuller run
 * @param timeout how long a text may wait for its result
 * @param device where the model runs
 * @param threads threads of one run on the CPU
 */
public record ClassifierSettings(
        String bundlePath,
        String modelFile,
        InputSettings input,
        OutputSettings output,
        int maxTokens,
        int maxCharacters,
        int topK,
        boolean withAttention,
        int attentionWords,
        int maxTokensPerRun,
        int maxRowsPerRun,
        int maxPaddingPerText,
        int cacheTexts,
        Duration linger,
        Duration timeout,
        DeviceType device,
        int threads)
        implements Serializable {

    public static final int CPU_TOKENS_PER_RUN = 512;
    public static final int CUDA_TOKENS_PER_RUN = 16_384;

    /** Of the values tried, the one with the shortest waits ({@code operators/RATIONALE.md}). */
    public static final int CPU_PADDING_PER_TEXT = 8;

    ModelBundle loadBundle() {
        return ModelBundle.load(Path.of(bundlePath), modelFile);
    }

    int maxTokensPerText(ModelBundle bundle) {
        return maxTokens == 0 ? bundle.maxTokens() : maxTokens;
    }

    /** On the CPU, more tokens a run only cost cache; a GPU wants many, and few runs. */
    TokenBudget budget(boolean onCuda) {
        int tokens = onCuda ? CUDA_TOKENS_PER_RUN : CPU_TOKENS_PER_RUN;
        int padding = onCuda ? Integer.MAX_VALUE : CPU_PADDING_PER_TEXT;
        return new TokenBudget(
                maxTokensPerRun == 0 ? tokens : maxTokensPerRun,
                maxRowsPerRun,
                maxPaddingPerText == 0 ? padding : maxPaddingPerText);
    }

    SessionSettings session(int deviceIndex) {
        return new SessionSettings(device, deviceIndex, threads);
    }
}
