package io.labelstream.operators;

import io.labelstream.inference.Classification;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.Words;
import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.DeadLetter.Stage;
import io.labelstream.serde.LabelScore;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.LabelledMessage;
import io.labelstream.serde.ModelIdentity;
import io.labelstream.serde.TextDecoder;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.UnreadableMessageException;
import java.util.List;

/** Makes of a message and the model's answer what leaves the job. Used by the task thread. */
final class OutcomeBuilder {

    private final ModelBundle bundle;
    private final ModelIdentity identity;
    private final TextDecoder decoder;
    private final int topK;
    private final boolean withAttention;

    OutcomeBuilder(ClassifierSettings settings, ModelBundle bundle) {
        this.bundle = bundle;
        this.identity = new ModelIdentity(bundle.name(), bundle.version(), bundle.digest());
        this.decoder = settings.inputFormat().decoder();
        this.topK = settings.topK();
        this.withAttention = settings.withAttention();
    }

    Outcome of(TokenizedText text, ModelOutput output, int attempts) {
        Classification classification;
        try {
            classification = Classification.of(bundle, output.logits(), topK);
        } catch (InferenceException e) {
            return deadLetter(text, Reason.NAN_SCORE, e, attempts);
        }
        TextEvent event = event(text);
        LabelledEvent labelled =
                new LabelledEvent(
                        event.id(),
                        text.message().position(),
                        text.message().timestamp(),
                        event.text(),
                        event.textPair(),
                        classification.best().label(),
                        classification.best().score(),
                        classification.labels().stream()
                                .map(label -> new LabelScore(label.label(), label.score()))
                                .toList(),
                        false,
                        withAttention ? attention(event, text, output) : List.of(),
                        text.truncated(),
                        identity);
        return Outcome.of(new LabelledMessage(text.message(), labelled));
    }

    Outcome failed(TokenizedText text, InferenceException cause, int attempts) {
        return deadLetter(text, Reason.INFERENCE_FAILED, cause, attempts);
    }

    private Outcome deadLetter(
            TokenizedText text, Reason reason, InferenceException cause, int attempts) {
        return Outcome.of(
                new DeadLetter(
                        text.message(),
                        Stage.CLASSIFY,
                        reason,
                        cause.getMessage(),
                        attempts,
                        bundle.name()));
    }

    private TextEvent event(TokenizedText text) {
        try {
            return decoder.decode(text.message().value());
        } catch (UnreadableMessageException e) {
            throw new IllegalStateException(
                    "%s was read once and cannot be read again"
                            .formatted(text.message().position()),
                    e);
        }
    }

    private static List<AttendedWord> attention(
            TextEvent event, TokenizedText text, ModelOutput output) {
        if (output.attention().length == 0) {
            return List.of();
        }
        return Words.of(event.text(), text.encoded(), output.attention()).stream()
                .map(w -> new AttendedWord(w.word(), w.start(), w.end(), w.weight()))
                .toList();
    }
}
