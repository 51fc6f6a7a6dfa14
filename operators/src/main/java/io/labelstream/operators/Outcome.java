package io.labelstream.operators;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.OutputMessage;

/**
 * What became of a message: exactly one of the two is there, the other is null. One type for both,
 * as an asynchronous function has no side output, and a plain record, as a sealed interface would
 * fall to a generic serializer.
 */
public record Outcome(OutputMessage result, DeadLetter deadLetter) {

    static Outcome of(OutputMessage result) {
        return new Outcome(result, null);
    }

    static Outcome of(DeadLetter deadLetter) {
        return new Outcome(null, deadLetter);
    }

    @Override
    public String toString() {
        return "Outcome[" + (result == null ? deadLetter : result) + "]";
    }
}
