package io.labelstream.serde;

import io.labelstream.serde.DeadLetter.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes of a message and its event what goes to the output topic, under the message's key, headers
 * and timestamp. Used by one thread.
 */
public final class MessageBuilder {

    private final OutputSettings settings;
    private final ResultEncoder encoder;
    private final TimestampRange timestamps;

    /** Makes a builder; may ask the schema registry. */
    public MessageBuilder(OutputSettings settings) {
        this.settings = settings;
        this.encoder = settings.encoder();
        this.timestamps = settings.timestamps();
    }

    /**
     * A labelled result.
     *
     * @throws RefusedMessageException if there is none that the output topic would take
     */
    public OutputMessage result(RawMessage message, LabelledEvent event)
            throws RefusedMessageException {
        List<MessageHeader> added = encoder.headers(event);
        List<MessageHeader> headers = message.headers();
        if (!added.isEmpty()) {
            headers = new ArrayList<>(message.headers().size() + added.size());
            headers.addAll(message.headers());
            headers.addAll(added);
        }
        return checked(message, encoder.value(message, event), headers);
    }

    /**
     * A message without a value, as it came.
     *
     * @throws RefusedMessageException if the output topic would not take it
     */
    public OutputMessage tombstone(RawMessage message) throws RefusedMessageException {
        return checked(message, null, message.headers());
    }

    private OutputMessage checked(RawMessage message, byte[] value, List<MessageHeader> headers)
            throws RefusedMessageException {
        long size = RecordSize.of(message.key(), value, headers);
        if (size > settings.maxBytes()) {
            throw new RefusedMessageException(
                    Reason.TOO_LARGE_OUT,
                    "the result has up to %d bytes with key and headers, output.max-bytes allows %d"
                            .formatted(size, settings.maxBytes()));
        }
        return new OutputMessage(
                message.position(),
                settings.keepPartition() ? message.partition() : -1,
                timestamp(message),
                message.key(),
                value,
                headers);
    }

    private long timestamp(RawMessage message) throws RefusedMessageException {
        long timestamp = message.timestamp();
        if (timestamps.holds(timestamp, System.currentTimeMillis())) {
            return timestamp;
        }
        if (settings.badTimestamps() == BadTimestamps.DEAD_LETTER) {
            throw new RefusedMessageException(
                    Reason.TIMESTAMP,
                    "the timestamp %d is out of the range of output.timestamp-max-ahead and -max-behind"
                            .formatted(timestamp));
        }
        return -1;
    }
}
