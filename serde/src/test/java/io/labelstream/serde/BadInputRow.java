package io.labelstream.serde;

import java.util.List;

/**
 * A message of {@link BadInputCorpus}, and what must become of it under the settings that a job has
 * unless told otherwise.
 *
 * @param number the row of the list of bad input that it belongs to; several messages may share one
 * @param name says what is odd about it, without any of its bytes
 * @param format the input format of the topic that it is sent to
 * @param key may be null
 * @param value null for a tombstone
 * @param headers in their order
 * @param timestamp in milliseconds; negative ones can only be sent without Kafka's own producer
 * @param compressed whether it belongs into one compressed batch with its neighbours
 * @param text what is to be classified; null if the message must be refused
 * @param truncated whether a model of {@link BadInputCorpus#MODEL_TOKENS} reads less than the text
 * @param reason why it must be refused; null if it must be labelled
 */
public record BadInputRow(
        int number,
        String name,
        InputFormat format,
        byte[] key,
        byte[] value,
        List<MessageHeader> headers,
        long timestamp,
        boolean compressed,
        String text,
        boolean truncated,
        DeadLetter.Reason reason) {

    private static final long USUAL_TIMESTAMP = 1_700_000_000_000L;

    static BadInputRow labelled(
            int number, String name, InputFormat format, byte[] value, String text) {
        return new BadInputRow(
                number,
                name,
                format,
                BadInputCorpus.usualKey(),
                value,
                List.of(),
                USUAL_TIMESTAMP,
                false,
                text,
                false,
                null);
    }

    static BadInputRow refused(
            int number, String name, InputFormat format, byte[] value, DeadLetter.Reason reason) {
        return new BadInputRow(
                number,
                name,
                format,
                BadInputCorpus.usualKey(),
                value,
                List.of(),
                USUAL_TIMESTAMP,
                false,
                null,
                false,
                reason);
    }

    BadInputRow cut() {
        return new BadInputRow(
                number,
                name,
                format,
                key,
                value,
                headers,
                timestamp,
                compressed,
                text,
                true,
                reason);
    }

    BadInputRow withKey(byte[] other) {
        return new BadInputRow(
                number,
                name,
                format,
                other,
                value,
                headers,
                timestamp,
                compressed,
                text,
                truncated,
                reason);
    }

    BadInputRow withHeaders(List<MessageHeader> others) {
        return new BadInputRow(
                number,
                name,
                format,
                key,
                value,
                others,
                timestamp,
                compressed,
                text,
                truncated,
                reason);
    }

    BadInputRow withTimestamp(long other) {
        return new BadInputRow(
                number,
                name,
                format,
                key,
                value,
                headers,
                other,
                compressed,
                text,
                truncated,
                reason);
    }

    BadInputRow inACompressedBatch() {
        return new BadInputRow(
                number, name, format, key, value, headers, timestamp, true, text, truncated,
                reason);
    }

    /** Whether the message must be labelled; else it must be refused. */
    public boolean isLabelled() {
        return reason == null;
    }

    /** Whether it is for the decoder to refuse it, and not for what stands before or behind. */
    boolean isForTheDecoderToRefuse() {
        return reason != null
                && reason != DeadLetter.Reason.TOMBSTONE
                && reason != DeadLetter.Reason.EMPTY_PAYLOAD
                && reason != DeadLetter.Reason.TOO_LARGE
                && reason != DeadLetter.Reason.TOO_LARGE_OUT;
    }

    /** Number, format and name; never any of the message. */
    @Override
    public String toString() {
        return "%d, %s: %s".formatted(number, format, name);
    }
}
