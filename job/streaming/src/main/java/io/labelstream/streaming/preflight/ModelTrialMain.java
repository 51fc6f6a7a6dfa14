package io.labelstream.streaming.preflight;

import io.labelstream.inference.BundleException;
import io.labelstream.inference.ClassifierSession;
import io.labelstream.inference.DeviceType;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextTokenizer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * Tries a model in a process of its own, which {@link ModelTrial} starts and reads: a hostile
 * tokenizer can end the JVM that loads it. Prints a line before and after each step.
 */
final class ModelTrialMain {

    static final String TOKENIZER = "tokenizer";
    static final String DEVICE = "device";
    static final String TOOK = "took ";
    static final String FAILED = "failed ";

    private static final int ROWS = 8;
    private static final int LONGEST = 64;

    private ModelTrialMain() {}

    /**
     * Runs the trial.
     *
     * @param args folder of the bundle, ONNX file ("" for the usual one), device, threads
     */
    public static void main(String[] args) {
        try {
            ModelBundle bundle = ModelBundle.load(Path.of(args[0]), args[1]);
            System.out.println(TOKENIZER);
            TextTokenizer.open(bundle).close();
            System.out.println(DEVICE);
            SessionSettings settings =
                    new SessionSettings(DeviceType.valueOf(args[2]), 0, Integer.parseInt(args[3]));
            try (ClassifierSession session = ClassifierSession.open(bundle, settings)) {
                int tokens = Math.min(LONGEST, bundle.maxTokens());
                List<EncodedText> texts =
                        Collections.nCopies(
                                ROWS, new EncodedText(new int[tokens], tokens, false, new int[0]));
                session.run(texts, false);
                long start = System.nanoTime();
                session.run(texts, false);
                System.out.printf(
                        "%s%s for %d texts of %d tokens: %d ms%n",
                        TOOK,
                        session.device(),
                        ROWS,
                        tokens,
                        (System.nanoTime() - start) / 1_000_000);
            }
        } catch (BundleException | InferenceException e) {
            System.out.println(FAILED + e.getMessage().replace('\n', ' '));
        }
    }
}
