package io.labelstream.operators;

/** A text took too long, and the job is to fail then. Names its position, never the text. */
final class TextTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TextTimeoutException(String message) {
        super(message);
    }
}
