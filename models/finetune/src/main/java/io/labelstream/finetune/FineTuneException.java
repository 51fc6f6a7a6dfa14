package io.labelstream.finetune;

/**
 * Something that the user can put right: data, options, files. The message names the thing, what
 * was found, what was expected and the way out, and never holds a text of the user's data.
 */
public final class FineTuneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FineTuneException(String message) {
        super(message);
    }

    public FineTuneException(String message, Throwable cause) {
        super(message, cause);
    }
}
