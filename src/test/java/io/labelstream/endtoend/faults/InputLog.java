package io.labelstream.endtoend.faults;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.SourcePosition;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was fed, by where it stands: only messages that the broker has acknowledged. Takes about 70
 * bytes a message, as texts are shared. Safe for use by several threads.
 */
public final class InputLog {

    /** What the job owes for a message. */
    public enum Expectation {
        LABELLED,
        DEAD,
        /** One or the other: both are right. It has a text, as a label is held against it. */
        EITHER
    }

    /**
     * A message.
     *
     * @param position where the broker put it
     * @param producer name of the feed
     * @param seq its number among those that this feed sent to this partition, from 0
     * @param text null where the value is none
     * @param reason of its dead letter; null for any
     */
    record Message(
            SourcePosition position,
            String producer,
            long seq,
            String text,
            Expectation expected,
            DeadLetter.Reason reason) {

        /** A text, or a value that is no UTF-8. */
        Message(
                SourcePosition position,
                String producer,
                long seq,
                String text,
                Expectation expected) {
            this(
                    position,
                    producer,
                    seq,
                    text,
                    expected,
                    text == null ? DeadLetter.Reason.BAD_ENCODING : null);
        }
    }

    private final Map<SourcePosition, Message> messages =
            new TreeMap<>(
                    Comparator.comparing(SourcePosition::topic)
                            .thenComparingInt(SourcePosition::partition)
                            .thenComparingLong(SourcePosition::offset));

    /**
     * Takes a message down.
     *
     * @throws IllegalStateException if another was acknowledged at its position
     */
    synchronized void add(Message message) {
        Message other = messages.putIfAbsent(message.position(), message);
        if (other != null) {
            throw new IllegalStateException(
                    "Two messages were acknowledged at %s: %s's number %d and %s's number %d. The broker lost the first."
                            .formatted(
                                    message.position(),
                                    other.producer(),
                                    other.seq(),
                                    message.producer(),
                                    message.seq()));
        }
    }

    synchronized int size() {
        return messages.size();
    }

    /** The message at a position; null if none was acknowledged there. */
    synchronized Message get(SourcePosition position) {
        return messages.get(position);
    }

    /** All so far, by topic, partition and offset. */
    synchronized List<Message> messages() {
        return List.copyOf(messages.values());
    }
}
