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

    private static final int MAX_DETAIL = 500;

    /** Cuts a detail that would not fit a header well: names in foreign schemas can be long. */
    public DeadLetter {
        if (detail != null && detail.length() > MAX_DETAIL) {
            detail = Surrogates.replaceLone(detail.substring(0, MAX_DETAIL));
        }
    }

    /** A step of the job. */
    public enum Stage {
        DECODE,
        TOKENIZE,
        CLASSIFY,
        ENCODE
    }

    /** Codes that tools may rely on. */
    public enum Reason {
        /** The message has no value. */
        TOMBSTONE,
        /** The value has no bytes. */
        EMPTY_PAYLOAD,
        /** The value, or a text in it, is not UTF-8. */
        BAD_ENCODING,
        /** The value is not a JSON object, or beyond the limits of one. */
        PARSE,
        /** The value has no text where the settings or the schema say. */
        SCHEMA,
        /** The registry has no Avro schema of the value's id. */
        UNKNOWN_SCHEMA,
        /** The value is larger than {@code input.max-bytes}. */
        TOO_LARGE,
        /** The text holds nothing but white space and control characters. */
        EMPTY_TEXT,
        /** The text is longer than the model reads. */
        TOO_LONG,
        /** The tokenizer failed. */
        TOKENIZER_FAILED,
        /** The model failed on this message alone. */
        INFERENCE_FAILED,
        /** The model gave scores that are no numbers. */
        NAN_SCORE,
        /** The model did not answer within {@code batch.timeout}. */
        TIMEOUT,
        /** The object to enrich has a field of that name. */
        FIELD_EXISTS,
        /** The result is larger than {@code output.max-bytes}. */
        TOO_LARGE_OUT,
        /** The output topic would not take the message's timestamp. */
        TIMESTAMP
    }

    @Override
    public String toString() {
        return "DeadLetter[" + message.position() + ", " + stage + ", " + reason + "]";
    }
}
