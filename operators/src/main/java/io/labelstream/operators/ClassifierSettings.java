package io.labelstream.operators;

import io.labelstream.inference.BundleException;
import io.labelstream.inference.DeviceType;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.SessionSettings;
import io.labelstream.serde.InputSettings;
import io.labelstream.serde.OutputSettings;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the operators need to know; travels with them to the cluster.
 *
 * @param bundlePath folder of the model bundle, the same on every machine
 * @param modelFile the ONNX file in it; empty for the usual one
 * @param modelDigest the digest that the bundle must have, in hex; empty for any
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
 * @param runTimeout how long a run may take
 * @param onTimeout what becomes of a text that takes longer than either
 * @param device where the model runs
 * @param threads threads of one run on the CPU
 */
public record ClassifierSettings(
        String bundlePath,
        String modelFile,
        String modelDigest,
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
        Duration runTimeout,
        OnTimeout onTimeout,
        DeviceType device,
        int threads)
        implements Serializable {

    public static final int CPU_TOKENS_PER_RUN = 512;
    public static final int CUDA_TOKENS_PER_RUN = 16_384;

    /** Of the values tried, the one with the shortest waits ({@code operators/RATIONALE.md}). */
    public static final int CPU_PADDING_PER_TEXT = 8;

    private static final Logger LOG = LoggerFactory.getLogger(ClassifierSettings.class);

    /**
     * The same settings, for the one bundle that lies at the path now, so that a job which restarts
     * by itself never goes on with another one. Called where the job is submitted. Where the path
     * cannot be read there, the log says so and any bundle will do.
     *
     * @throws BundleException if the bundle cannot be used, or has not the digest that is set
     */
    public ClassifierSettings pinned() {
        if (!Files.isReadable(Path.of(bundlePath))) {
            LOG.warn(
                    "Model bundle {} cannot be read where the job is submitted, so it is {}.",
                    bundlePath,
                    modelDigest.isEmpty()
                            ? "not pinned: a restart takes whatever lies there then. Set model.digest to pin it"
                            : "checked against model.digest on the TaskManagers only");
            return this;
        }
        return new ClassifierSettings(
                bundlePath,
                modelFile,
                loadBundle().digest(),
                input,
                output,
                maxTokens,
                maxCharacters,
                topK,
                withAttention,
                attentionWords,
                maxTokensPerRun,
                maxRowsPerRun,
                maxPaddingPerText,
                cacheTexts,
                linger,
                timeout,
                runTimeout,
                onTimeout,
                device,
                threads);
    }

    /**
     * Reads the bundle.
     *
     * @throws BundleException if it cannot be used, or is not the one that was pinned
     */
    ModelBundle loadBundle() {
        ModelBundle bundle = ModelBundle.load(Path.of(bundlePath), modelFile);
        if (!modelDigest.isEmpty() && !modelDigest.equals(bundle.digest())) {
            throw new BundleException(
                    "Model bundle %s has digest %s, expected %s: the one of model.digest, or else the one that the job was started with. Put those files back; or, to go on with the new ones, stop the job with a savepoint and start it again from there, with model.digest, where it is set, brought up to date."
                            .formatted(bundle.folder(), bundle.digest(), modelDigest));
        }
        return bundle;
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
