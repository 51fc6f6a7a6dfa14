package io.labelstream.endtoend.cluster;

/** This machine lacks a tool or a right that a fault needs. The message says which. */
public final class MissingMeansException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MissingMeansException(String message) {
        super(message);
    }
}
