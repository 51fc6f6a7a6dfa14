package io.labelstream.finetune.quantize;

import io.labelstream.finetune.FineTuneException;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.TextClassifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Proves that a text's outputs are the same bits whatever texts share its batch. */
final class BatchIndependence {

    /** Texts that are proved, evenly taken from all. */
    private static final int MOST_TEXTS = 256;

    private static final int LARGEST_BATCH = 16;
    private static final int LONG_MATE = 96;

    private BatchIndependence() {}

    /**
     * Runs texts alone, in random batches, and each in a batch padded by a much longer mate.
     *
     * @throws FineTuneException if an output differs in any bit
     */
    static void prove(TextClassifier classifier, List<EncodedText> all) throws InferenceException {
        List<EncodedText> texts = new ArrayList<>();
        int step = Math.max(1, all.size() / MOST_TEXTS);
        for (int i = 0; i < all.size(); i += step) {
            texts.add(all.get(i));
        }
        Collections.shuffle(texts, new Random(1));
        List<ModelOutput> alone = new ArrayList<>();
        for (EncodedText text : texts) {
            alone.addAll(classifier.session().run(List.of(text), true));
        }
        EncodedText mate = longMate(classifier, texts);
        Random sizes = new Random(2);
        int from = 0;
        while (from < texts.size()) {
            int to = Math.min(texts.size(), from + 1 + sizes.nextInt(LARGEST_BATCH));
            List<EncodedText> batch = new ArrayList<>(texts.subList(from, to));
            compare(classifier, batch, alone.subList(from, to));
            batch.add(mate);
            compare(classifier, batch, alone.subList(from, to));
            from = to;
        }
    }

    /** The longest text's ids over and over, longer than any text where the model allows it. */
    private static EncodedText longMate(TextClassifier classifier, List<EncodedText> texts) {
        EncodedText longest =
                texts.stream().reduce((a, b) -> a.tokens() >= b.tokens() ? a : b).orElseThrow();
        int tokens =
                Math.min(
                        classifier.bundle().maxTokens(),
                        Math.max(LONG_MATE, longest.tokens() + LARGEST_BATCH));
        int[] ids = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            ids[i] = longest.ids()[i % longest.tokens()];
        }
        return new EncodedText(ids, tokens, false, new int[0]);
    }

    private static void compare(
            TextClassifier classifier, List<EncodedText> batch, List<ModelOutput> expected)
            throws InferenceException {
        List<ModelOutput> found = classifier.session().run(batch, true);
        for (int i = 0; i < expected.size(); i++) {
            if (!sameBits(expected.get(i).logits(), found.get(i).logits())
                    || !sameBits(expected.get(i).attention(), found.get(i).attention())) {
                throw new FineTuneException(
                        "Model %s: a text of %d tokens scores differently alone and in a batch of %d, so a replay after a failure could change labels. Expected the same bits; the model has an operator beside its products that depends on batch mates, or ran on other code for one row."
                                .formatted(
                                        classifier.bundle().name(),
                                        batch.get(i).tokens(),
                                        batch.size()));
            }
        }
    }

    private static boolean sameBits(float[] a, float[] b) {
        return Arrays.equals(bits(a), bits(b));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
