package io.labelstream.operators;

import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.RunTimeoutException;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.DeadLetter.Stage;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.MessageBuilder;
import io.labelstream.serde.OutputMessage;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.TextDecoder;
import io.labelstream.serde.TextEvent;
import org.apache.flink.util.TimeUtils;

/** Makes of a message and the model's answer what leaves the job. Used by the task thread. */
final class OutcomeBuilder {

    private final ClassifierSettings settings;
    private final String model;
    private final TextDecoder decoder;
    private final EventFactory events;
    private final MessageBuilder messages;
    private final ClassifyMetrics metrics;
    private final DeadLetterCounters deadLetters;

    OutcomeBuilder(
            ClassifierSettings settings,
            ModelBundle bundle,
            ClassifyMetrics metrics,
            DeadLetterCounters deadLetters) {
        this.settings = settings;
        this.model = bundle.name();
        this.decoder = settings.input().decoder();
        this.events = new EventFactory(bundle, settings.topK(), settings.attentionWords());
        this.messages = new MessageBuilder(settings.output());
        this.metrics = metrics;
        this.deadLetters = deadLetters;
    }

    Outcome of(TokenizedText text, ModelOutput output, int attempts) {
        RawMessage message = text.message();
        TextEvent decoded;
        try {
            // As when it was tokenized, unless the settings or the registry have changed since.
            decoded = decoder.decode(message.value());
        } catch (RefusedMessageException e) {
            return deadLetter(message, Stage.DECODE, e.reason(), e.getMessage(), attempts);
        }
        LabelledEvent event;
        try {
            event =
                    events.event(
                            decoded,
                            message.position(),
                            message.timestamp(),
                            text.encoded(),
                            output);
        } catch (InferenceException e) {
            return deadLetter(message, Stage.CLASSIFY, Reason.NAN_SCORE, e.getMessage(), attempts);
        }
        try {
            OutputMessage result = messages.result(message, event);
            metrics.labelled(event.label());
            return Outcome.of(result);
        } catch (RefusedMessageException e) {
            return deadLetter(message, Stage.ENCODE, e.reason(), e.getMessage(), attempts);
        }
    }

    /** What becomes of a message without a value that goes through the job as it is. */
    Outcome tombstone(RawMessage message) {
        try {
            return Outcome.of(messages.tombstone(message));
        } catch (RefusedMessageException e) {
            return deadLetter(message, Stage.ENCODE, e.reason(), e.getMessage(), 0);
        }
    }

    /**
     * What becomes of a text whose run failed, or took too long, with this text alone in it.
     *
     * @throws TextTimeoutException if it took too long and the job is to fail then
     */
    Outcome failed(TokenizedText text, InferenceException cause, int attempts) {
        if (cause instanceof RunTimeoutException) {
            return timedOut(
                    text,
                    "a run with it alone took longer than batch.run-timeout (%s)"
                            .formatted(TimeUtils.formatWithHighestUnit(settings.runTimeout())),
                    attempts);
        }
        return deadLetter(
                text.message(),
                Stage.CLASSIFY,
                Reason.INFERENCE_FAILED,
                cause.getMessage(),
                attempts);
    }

    /**
     * What becomes of a text that has waited too long.
     *
     * @throws TextTimeoutException if the job is to fail then
     */
    Outcome timedOut(TokenizedText text) {
        return timedOut(
                text,
                "no answer within batch.timeout (%s)"
                        .formatted(TimeUtils.formatWithHighestUnit(settings.timeout())),
                1);
    }

    private Outcome timedOut(TokenizedText text, String what, int attempts) {
        RawMessage message = text.message();
        if (settings.onTimeout() == OnTimeout.FAIL) {
            throw new TextTimeoutException(
                    "The text at %s (topic-partition@offset): %s, and batch.on-timeout is fail. Raise that timeout, add slots, or set batch.on-timeout to dead-letter."
                            .formatted(message.position(), what));
        }
        return deadLetter(message, Stage.CLASSIFY, Reason.TIMEOUT, what, attempts);
    }

    private Outcome deadLetter(
            RawMessage message, Stage stage, Reason reason, String detail, int attempts) {
        deadLetters.count(reason);
        return Outcome.of(new DeadLetter(message, stage, reason, detail, attempts, model));
    }
}
