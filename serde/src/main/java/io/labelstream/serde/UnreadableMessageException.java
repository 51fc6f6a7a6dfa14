package io.labelstream.serde;

/** A value is not what the input format says. The message names no part of the value. */
public final class UnreadableMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final DeadLetter.Reason reason;

    public UnreadableMessageException(DeadLetter.Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public DeadLetter.Reason reason() {
        return reason;
    }
}
