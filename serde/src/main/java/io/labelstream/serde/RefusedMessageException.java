package io.labelstream.serde;

/**
 * A message cannot be read, or its result cannot be written: it goes to the dead letters. The
 * message of the exception names no part of the Kafka message.
 */
public final class RefusedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final DeadLetter.Reason reason;

    public RefusedMessageException(DeadLetter.Reason reason, String message) {
        // Without a stack trace: it says nothing that the reason does not, and costs more than all
        // else that a bad message costs.
        super(message, null, false, false);
        this.reason = reason;
    }

    public DeadLetter.Reason reason() {
        return reason;
    }
}
