package io.labelstream.serde;

/**
 * A message that could not be labelled, and why.
 *
 * @param message the message, as it came
 * @param stage where it failed
 * @param reason what was wrong
 * @param detail a sentence for people; never any of the message's text
 * @param attempts how often the model was tried on it
 * @param model name of the model
 */
public record DeadLetter(
        RawMessage message, Stage stage, Reason reason, String detail, int attempts, String model) {

    /** A step of the job. */
    public enum Stage {
        DECODE,
        TOKENIZE,
        CLASSIFY
    }

    /** Codes that tools may rely on. */
    public enum Reason {
        /** The message has no value. */
        TOMBSTONE,
        /** The value has no bytes. */
        EMPTY_PAYLOAD,
        /** The value, or a text in it, is not UTF-8. */
        BAD_ENCODING,
        /** The value is not in the input format. */
        SCHEMA,
        /** The message is larger than {@code input.max-bytes}. */
        TOO_LARGE,
        /** The tokenizer failed. */
        TOKENIZER_FAILED,
        /** The model failed on this message alone. */
        INFERENCE_FAILED,
        /** The model gave scores that are no numbers. */
        NAN_SCORE,
        /** The model did not answer within {@code batch.timeout}. */
        TIMEOUT
    }

    @Override
    public String toString() {
        return "DeadLetter[" + message.position() + ", " + stage + ", " + reason + "]";
    }
}
