package io.labelstream.inference;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/**
 * A bundle cannot be used now, for a reason that may pass: no room to unpack native code, a file
 * system that does not answer, no memory on the device. Unlike with others of its kind, the same
 * bundle can be tried again.
 */
public final class PassingBundleException extends BundleException {
    private static final long serialVersionUID = 1L;

    public PassingBundleException(String message, Throwable cause) {
        super(message, cause);
    }

    /** For a file that cannot be read; one that is not there has no chance to come. */
    static BundleException of(String message, IOException cause) {
        return cause instanceof NoSuchFileException
                ? new BundleException(message, cause)
                : new PassingBundleException(message, cause);
    }
}
