package io.labelstream.endtoend;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, with a deadline. */
public final class Waiting {

    private Waiting() {}

    /** Asks again and again; the condition itself does the pausing, by polling. */
    public static void until(String what, Duration patience, BooleanSupplier condition) {
        until(() -> what, patience, condition);
    }

    /**
     * The same.
     *
     * @param what says what was waited for, and what is known then
     */
    public static void until(Supplier<String> what, Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "Not within %d s: %s".formatted(patience.toSeconds(), what.get()));
            }
        }
    }

    /** For conditions that do not wait by themselves. */
    public static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting", e);
        }
    }
}
