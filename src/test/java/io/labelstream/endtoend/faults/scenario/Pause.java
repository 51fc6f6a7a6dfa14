package io.labelstream.endtoend.faults.scenario;

import java.time.Duration;

/** Time that a fault lasts, or that passes before it strikes; never a wait for something. */
public final class Pause {

    private Pause() {}

    /** Returns when it has passed. */
    public static void of(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a fault lasts", e);
        }
    }
}
