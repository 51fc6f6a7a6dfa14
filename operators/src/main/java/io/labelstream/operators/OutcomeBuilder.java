package io.labelstream.operators;

import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.DeadLetter.Stage;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.LabelledMessage;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.TextDecoder;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.UnreadableMessageException;

/** Makes of a message and the model's answer what leaves the job. Used by the task thread. */
final class OutcomeBuilder {

    private final String model;
    private final TextDecoder decoder;
    private final EventFactory events;
    private final ClassifyMetrics metrics;
    private final DeadLetterCounters deadLetters;

    OutcomeBuilder(
            ClassifierSettings settings,
            ModelBundle bundle,
            ClassifyMetrics metrics,
            DeadLetterCounters deadLetters) {
        this.model = bundle.name();
        this.decoder = settings.inputFormat().decoder();
        this.events = new EventFactory(bundle, settings.topK());
        this.metrics = metrics;
        this.deadLetters = deadLetters;
    }

    Outcome of(TokenizedText text, ModelOutput output, int attempts) {
        RawMessage message = text.message();
        try {
            LabelledEvent event =
                    events.event(
                            decodedAgain(message),
                            message.position(),
                            message.timestamp(),
                            text.encoded(),
                            output);
            metrics.labelled(event.label());
            return Outcome.of(new LabelledMessage(message, event));
        } catch (InferenceException e) {
            return deadLetter(text, Reason.NAN_SCORE, e.getMessage(), attempts);
        }
    }

    Outcome failed(TokenizedText text, InferenceException cause, int attempts) {
        return deadLetter(text, Reason.INFERENCE_FAILED, cause.getMessage(), attempts);
    }

    Outcome timedOut(TokenizedText text) {
        return deadLetter(text, Reason.TIMEOUT, "no answer within batch.timeout", 1);
    }

    private Outcome deadLetter(TokenizedText text, Reason reason, String detail, int attempts) {
        deadLetters.count(reason);
        return Outcome.of(
                new DeadLetter(text.message(), Stage.CLASSIFY, reason, detail, attempts, model));
    }

    private TextEvent decodedAgain(RawMessage message) {
        try {
            return decoder.decode(message.value());
        } catch (UnreadableMessageException e) {
            throw new IllegalStateException(
                    "%s was read once and cannot be read again".formatted(message.position()), e);
        }
    }
}
