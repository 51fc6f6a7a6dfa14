package io.labelstream.cli;

/** What was asked for cannot be done as asked: exit code 2. The message is for people. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }

    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
