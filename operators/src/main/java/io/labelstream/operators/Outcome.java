package io.labelstream.operators;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.LabelledMessage;

/**
 * What became of a message: exactly one of the two is there, the other is null. One type for both,
 * as an asynchronous function has no side output, and a plain record, as a sealed interface would
 * fall to a generic serializer.
 */
public record Outcome(LabelledMessage labelled, DeadLetter deadLetter) {

    static Outcome of(LabelledMessage labelled) {
        return new Outcome(labelled, null);
    }

    static Outcome of(DeadLetter deadLetter) {
        return new Outcome(null, deadLetter);
    }

    @Override
    public String toString() {
        return "Outcome[" + (labelled == null ? deadLetter : labelled) + "]";
    }
}
