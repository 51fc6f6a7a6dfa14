package io.labelstream.finetune.quantize;

import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.TextClassifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How much faster one model is than another on equal batches. */
final class SpeedRatio {

    private static final int ROWS = 16;
    private static final int TOKENS = 32;
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 15;

    private SpeedRatio() {}

    /**
     * Runs both in turn on a batch of {@value #ROWS} texts of {@value #TOKENS} tokens, fewer where
     * the model takes fewer.
     *
     * @param texts their ids fill the batch
     * @return median time of {@code before} over that of {@code after}
     */
    static double of(TextClassifier before, TextClassifier after, List<EncodedText> texts)
            throws InferenceException {
        List<EncodedText> batch = batch(texts, Math.min(TOKENS, before.bundle().maxTokens()));
        double[] slow = new double[ROUNDS];
        double[] fast = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            double first = nanos(before, batch);
            double second = nanos(after, batch);
            if (round >= 0) {
                slow[round] = first;
                fast[round] = second;
            }
        }
        Arrays.sort(slow);
        Arrays.sort(fast);
        return slow[ROUNDS / 2] / fast[ROUNDS / 2];
    }

    private static List<EncodedText> batch(List<EncodedText> texts, int tokens) {
        int[] stream = texts.stream().flatMapToInt(text -> Arrays.stream(text.ids())).toArray();
        List<EncodedText> batch = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            int[] ids = new int[tokens];
            for (int i = 0; i < tokens; i++) {
                ids[i] = stream[(row * tokens + i) % stream.length];
            }
            batch.add(new EncodedText(ids, tokens, false, new int[0]));
        }
        return batch;
    }

    private static double nanos(TextClassifier classifier, List<EncodedText> batch)
            throws InferenceException {
        long start = System.nanoTime();
        classifier.session().run(batch, false);
        return System.nanoTime() - start;
    }
}
