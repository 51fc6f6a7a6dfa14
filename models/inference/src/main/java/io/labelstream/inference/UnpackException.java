package io.labelstream.inference;

/**
 * Native code cannot be unpacked, as where the disk is full. Unlike others of its kind this may
 * pass: the same bundle can be tried again.
 */
public final class UnpackException extends BundleException {
    private static final long serialVersionUID = 1L;

    public UnpackException(String message, Throwable cause) {
        super(message, cause);
    }
}
