package io.labelstream.endtoend;

import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ScoredLabel;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a model says of texts, asked one by one and without a stream. Used by one thread. */
public final class OfflineModel implements AutoCloseable {

    /**
     * What it says of a text.
     *
     * @param score of the label, to the last bit what a job must give: fp32 on the CPU does not
     *     depend on batch mates
     */
    public record Answer(String label, float score, boolean truncated) {}

    private final TextClassifier classifier;
    private final Map<List<String>, Answer> known = new HashMap<>();

    private OfflineModel(TextClassifier classifier) {
        this.classifier = classifier;
    }

    public static OfflineModel open(ModelBundle bundle) {
        return new OfflineModel(TextClassifier.open(bundle, SessionSettings.cpu()));
    }

    /** The model that {@link JobSettings} names. */
    static OfflineModel open() {
        return open(ModelBundle.load(DistributionFolder.model("sentiment-en")));
    }

    ModelBundle bundle() {
        return classifier.bundle();
    }

    public Answer answer(String text) {
        return answer(text, "");
    }

    /**
     * Asks.
     *
     * @param pair the second text; empty for none
     */
    Answer answer(String text, String pair) {
        return known.computeIfAbsent(List.of(text, pair), texts -> ask(text, pair));
    }

    private Answer ask(String text, String pair) {
        EncodedText encoded = classifier.tokenizer().encode(text, pair);
        try {
            float[] logits = classifier.run(List.of(encoded), false).get(0).logits();
            ScoredLabel best = Classification.of(classifier.bundle(), logits, 1).best();
            return new Answer(best.label(), best.score(), encoded.truncated());
        } catch (InferenceException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        classifier.close();
    }
}
