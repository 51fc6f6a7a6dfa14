package io.labelstream.streaming.preflight;

/** One question about the world. */
@FunctionalInterface
interface Check {

    /**
     * Looks.
     *
     * @throws PreflightException if the job cannot work as the world is
     */
    Verdict look();
}
