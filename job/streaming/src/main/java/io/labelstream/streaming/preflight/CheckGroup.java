package io.labelstream.streaming.preflight;

/** Checks that follow from one another. Groups know nothing of each other and run side by side. */
@FunctionalInterface
interface CheckGroup {

    /** Asks one question after the other. Called once, on a thread of the group's own. */
    void run(Report report);
}
