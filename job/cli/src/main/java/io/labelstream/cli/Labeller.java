package io.labelstream.cli;

import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import io.labelstream.operators.EventFactory;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.TextEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Labels texts without a stream. Used by one thread; holds native memory until closed. */
final class Labeller implements AutoCloseable {

    private final TextClassifier classifier;
    private final EventFactory factory;
    private final boolean explain;
    private final Clock clock;

    /**
     * Opens a model on the CPU.
     *
     * @param topK how many labels to give; 0 for those that the model says apply
     * @param explain whether to give the weight of each word
     * @throws io.labelstream.inference.BundleException if the bundle cannot be used
     */
    Labeller(ModelBundle bundle, int topK, boolean explain, Clock clock) {
        this.classifier = TextClassifier.open(bundle, SessionSettings.cpu());
        this.factory = new EventFactory(bundle, topK, 0);
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
                InputText text = texts.get(i);
                events.add(
                        factory.event(
                                new TextEvent("", text.text(), text.textPair()),
                                null,
                                clock.millis(),
                                encoded.get(i),
                                outputs.get(i)));
            }
        } catch (InferenceException e) {
            throw new FailureException("The model failed: " + e.getMessage(), e);
        }
        return events;
    }

    @Override
    public void close() {
        classifier.close();
    }
}
