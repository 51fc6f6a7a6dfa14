package io.labelstream.cli;

/** A command failed on its way: exit code 1. The message is for people. */
public final class FailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FailureException(String message) {
        super(message);
    }

    public FailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
