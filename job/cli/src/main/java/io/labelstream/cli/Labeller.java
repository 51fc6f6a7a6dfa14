package io.labelstream.cli;

import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import io.labelstream.inference.Words;
import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.LabelScore;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.ModelIdentity;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Labels texts without a stream. Used by one thread; holds native memory until closed. */
final class Labeller implements AutoCloseable {

    private final TextClassifier classifier;
    private final ModelIdentity model;
    private final int topK;
    private final boolean explain;
    private final Clock clock;

    /**
     * Opens a model on the CPU.
     *
     * @param topK how many labels to give, at least 1
     * @param explain whether to give the weight of each word
     * @throws io.labelstream.inference.BundleException if the bundle cannot be used
     */
    Labeller(ModelBundle bundle, int topK, boolean explain, Clock clock) {
        this.classifier = TextClassifier.open(bundle, SessionSettings.cpu());
        this.model = new ModelIdentity(bundle.name(), bundle.version(), bundle.digest());
        this.topK = topK;
        this.explain = explain;
        this.clock = clock;
    }

    /** Whether the model says how much each word carried the decision. */
    boolean canExplain() {
        return classifier.session().hasAttention();
    }

    /**
     * Labels texts.
     *
     * @return an event for each, in the same order; without a source, and with the present time
     * @throws FailureException if the model fails on them
     */
    List<LabelledEvent> label(List<InputText> texts) {
        List<EncodedText> encoded = new ArrayList<>(texts.size());
        for (InputText text : texts) {
            encoded.add(classifier.tokenizer().encode(text.text(), text.textPair(), explain));
        }
        List<LabelledEvent> events = new ArrayList<>(texts.size());
        try {
            List<ModelOutput> outputs = classifier.run(encoded, explain);
            for (int i = 0; i < texts.size(); i++) {
                events.add(event(texts.get(i), encoded.get(i), outputs.get(i)));
            }
        } catch (InferenceException e) {
            throw new FailureException("The model failed: " + e.getMessage(), e);
        }
        return events;
    }

    private LabelledEvent event(InputText text, EncodedText encoded, ModelOutput output)
            throws InferenceException {
        Classification classification =
                Classification.of(classifier.bundle(), output.logits(), topK);
        List<AttendedWord> attention =
                output.attention().length == 0
                        ? List.of()
                        : Words.of(text.text(), encoded, output.attention()).stream()
                                .map(
                                        w ->
                                                new AttendedWord(
                                                        w.word(), w.start(), w.end(), w.weight()))
                                .toList();
        return new LabelledEvent(
                "",
                null,
                clock.millis(),
                text.text(),
                text.textPair(),
                classification.best().label(),
                classification.best().score(),
                classification.labels().stream()
                        .map(label -> new LabelScore(label.label(), label.score()))
                        .toList(),
                false,
                attention,
                encoded.truncated(),
                model);
    }

    @Override
    public void close() {
        classifier.close();
    }
}
