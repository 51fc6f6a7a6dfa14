package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.faults.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Times from a fault that restarts the job to the first committed output of a message that was sent
 * after the fault, as a {@code read_committed} reader sees it.
 */
public final class Recoveries {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final World world;
    private final String job;
    private final Duration promised;
    private final List<Long> millis = new ArrayList<>();

    /**
     * Measures a job.
     *
     * @param promised the longest that is allowed
     */
    public Recoveries(World world, String job, Duration promised) {
        this.world = world;
        this.job = job;
        this.promised = promised;
    }

    /**
     * Lets a fault strike and waits for the first committed output after it.
     *
     * @throws AssertionError if it takes longer than promised
     */
    public void of(Runnable fault) {
        int before = world.rest().failures(job);
        long start = System.nanoTime();
        fault.run();
        Waiting.until(
                () ->
                        "the job starts again and commits; it is %s\n%s"
                                .formatted(world.rest().state(job), world.rest().rootCause(job)),
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return world.rest().failures(job) > before
                            && world.committed().firstNewAfter(start).isPresent();
                });
        long took = world.committed().firstNewAfter(start).orElseThrow().toMillis();
        millis.add(took);
        if (took > promised.toMillis()) {
            throw new AssertionError(
                    "Recovery took %d ms, promised are %d s".formatted(took, promised.toSeconds()));
        }
    }

    /** Median and longest. */
    @Override
    public String toString() {
        List<Long> sorted = millis.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "recovery %.1f s (median), %.1f s at most",
                sorted.get(sorted.size() / 2) / 1e3,
                sorted.get(sorted.size() - 1) / 1e3);
    }
}
