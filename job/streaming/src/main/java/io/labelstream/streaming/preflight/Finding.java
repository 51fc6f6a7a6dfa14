package io.labelstream.streaming.preflight;

/**
 * What one check found. Never holds a secret or a user's text.
 *
 * @param check its name, for people
 * @param message what was found; for a warning or a problem also what was expected and what to do
 */
public record Finding(String check, Status status, String message) {

    /** From good to bad. */
    public enum Status {
        OK,
        /** It could not be looked at, or does not matter here; the message says why. */
        SKIPPED,
        /** The job starts, but may meet trouble. */
        WARNING,
        /** The job cannot work. */
        PROBLEM
    }

    public static Finding ok(String check, String message) {
        return new Finding(check, Status.OK, message);
    }

    public static Finding skipped(String check, String message) {
        return new Finding(check, Status.SKIPPED, message);
    }

    public static Finding warning(String check, String message) {
        return new Finding(check, Status.WARNING, message);
    }

    public static Finding problem(String check, String message) {
        return new Finding(check, Status.PROBLEM, message);
    }
}
