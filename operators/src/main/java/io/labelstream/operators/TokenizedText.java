package io.labelstream.operators;

import io.labelstream.inference.EncodedText;
import io.labelstream.serde.RawMessage;

/**
 * A message with the ids of its text: what waits for the model, and so what checkpoints hold. The
 * text itself is not here: it is read from the message's bytes again when the result is made.
 *
 * @param message the message, as it came
 * @param ids token ids, shape {@code [tokens]}; none for a tombstone
 * @param pairStart index of the first token of the second text; {@code ids.length} without one
 * @param truncated whether some of the text was left out
 * @param spans where each token stands in the text, shape {@code [2 * tokens]}; empty unless
 *     attention was asked for
 */
public record TokenizedText(
        RawMessage message, int[] ids, int pairStart, boolean truncated, int[] spans) {

    static TokenizedText of(RawMessage message, EncodedText encoded) {
        return new TokenizedText(
                message, encoded.ids(), encoded.pairStart(), encoded.truncated(), encoded.spans());
    }

    /** A message without a value, which goes through the job as it is. */
    static TokenizedText tombstone(RawMessage message) {
        return new TokenizedText(message, new int[0], 0, false, new int[0]);
    }

    boolean isTombstone() {
        return message.value() == null;
    }

    EncodedText encoded() {
        return new EncodedText(ids, pairStart, truncated, spans);
    }

    @Override
    public String toString() {
        return "TokenizedText[" + message.position() + ", tokens=" + ids.length + "]";
    }
}
