package io.labelstream.inference;

/**
 * A model bundle cannot be used. The message names the bundle, what was found, what was expected
 * and the way out. Fatal: the job must not start, or must stop; but see {@link
 * PassingBundleException}.
 */
public class BundleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BundleException(String message) {
        super(message);
    }

    public BundleException(String message, Throwable cause) {
        super(message, cause);
    }
}
