package io.labelstream.streaming;

/** What lies at the bottom of an error. */
public final class RootCause {

    private RootCause() {}

    /** The innermost message of an error; its type where there is none. */
    public static String message(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
