package io.labelstream.serde.registry;

/**
 * The registry could not be asked, or would not do what is needed. The job fails and tries again,
 * so no message is lost. Names addresses and subjects, never a password.
 */
public final class SchemaRegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SchemaRegistryException(String message) {
        super(message);
    }

    SchemaRegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
