package io.labelstream.inference;

/** A run of the model was ended because it took too long. Any row of the batch may be the cause. */
public final class RunTimeoutException extends InferenceException {
    private static final long serialVersionUID = 1L;

    public RunTimeoutException(String message, Throwable cause) {
        super(message, cause);
    }
}
