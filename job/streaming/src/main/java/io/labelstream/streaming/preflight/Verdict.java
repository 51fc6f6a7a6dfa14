package io.labelstream.streaming.preflight;

/**
 * How a check ended that found no problem.
 *
 * @param message as of a {@link Finding}
 */
record Verdict(Finding.Status status, String message) {

    static Verdict ok(String message) {
        return new Verdict(Finding.Status.OK, message);
    }

    static Verdict skipped(String message) {
        return new Verdict(Finding.Status.SKIPPED, message);
    }

    static Verdict warning(String message) {
        return new Verdict(Finding.Status.WARNING, message);
    }
}
