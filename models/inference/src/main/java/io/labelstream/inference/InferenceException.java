package io.labelstream.inference;

/**
 * A run of the model failed, or gave scores that mean nothing. Says nothing of the texts: the
 * message is safe to log. Any row of the batch may be the guilty one.
 */
public class InferenceException extends Exception {
    private static final long serialVersionUID = 1L;

    public InferenceException(String message) {
        super(message);
    }

    public InferenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
