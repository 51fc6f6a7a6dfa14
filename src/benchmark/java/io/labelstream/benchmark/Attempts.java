package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import java.io.IOException;

/** Lets a measurement fail, notes why, and keeps what was measured before. Used by one thread. */
record Attempts(Results results, Progress progress) {

    /** What may fail. */
    interface Task {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Runs a task.
     *
     * @param what it does, as the failure is reported
     */
    void attempt(String what, Task task) throws InterruptedException {
        try {
            task.run();
        } catch (FailureException | IOException e) {
            String why = e instanceof IOException ? e.toString() : e.getMessage();
            results.addFailure(what + ": " + why);
            progress.say("%s: %s", what, why);
        }
    }
}
