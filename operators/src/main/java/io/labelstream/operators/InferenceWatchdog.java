package io.labelstream.operators;

import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.flink.util.TimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches an inference thread from beside it: ends a run that takes too long; fails the worker
 * where the run does not end even then; and tells those that wait of a dead thread until they have
 * heard it.
 *
 * <p>Time is counted in looks, so a process that was stopped, or had no processor, does not take
 * its own pause for a run that hangs.
 *
 * <p>Threads: a daemon of its own, which {@link #close} ends. What fails in a look is tried again
 * in the next one: no error ends this thread. The first of several in a row is logged.
 */
final class InferenceWatchdog implements AutoCloseable {

    /** How long a run may take to end after it was told to. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(InferenceWatchdog.class);

    private static final long MOST_MILLIS_BETWEEN_LOOKS = 250;
    private static final int LEAST_LOOKS = 20;

    private final LongSupplier runUnderWay;
    private final LongConsumer endRun;
    private final InferenceWorker<?> worker;
    private final Duration runTimeout;
    private final Duration patience;
    private final long millisBetweenLooks;
    private final Thread thread;
    private volatile boolean stopped;
    private long seen;
    private long looks;
    private boolean failing;

    /**
     * Starts the thread.
     *
     * @param runUnderWay the number of the run under way; 0 where there is none
     * @param endRun ends the run of that number, and no other
     * @param worker whose thread it is
     * @param runTimeout how long a run may take, at least a millisecond
     * @param patience how long it may then take to end
     */
    InferenceWatchdog(
            String name,
            LongSupplier runUnderWay,
            LongConsumer endRun,
            InferenceWorker<?> worker,
            Duration runTimeout,
            Duration patience) {
        this.runUnderWay = runUnderWay;
        this.endRun = endRun;
        this.worker = worker;
        this.runTimeout = runTimeout;
        this.patience = patience;
        this.millisBetweenLooks =
                Math.max(
                        1,
                        Math.min(MOST_MILLIS_BETWEEN_LOOKS, runTimeout.toMillis() / LEAST_LOOKS));
        this.thread = new Thread(this::watch, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        while (!stopped) {
            try {
                Thread.sleep(millisBetweenLooks);
                look();
                failing = false;
            } catch (InterruptedException e) {
                // Told to stop; or a stray interrupt, after which the next look comes early.
            } catch (Throwable t) {
                report(t);
            }
        }
    }

    private void report(Throwable failure) {
        if (failing) {
            return;
        }
        failing = true;
        try {
            LOG.error("The watch over the model's runs failed; it goes on", failure);
        } catch (Throwable t) {
            // Where there is no memory to log it, the next failure is logged in its place.
            failing = false;
        }
    }

    private void look() {
        worker.tellFailure();
        long run = runUnderWay.getAsLong();
        looks = run != 0 && run == seen ? looks + 1 : 0;
        seen = run;
        long tooLong = looksIn(runTimeout);
        if (looks >= tooLong + looksIn(patience)) {
            worker.fail(
                    new IllegalStateException(
                            "a run took longer than batch.run-timeout (%s) and did not end within %s of being told to. Its thread is stuck in the model; where it stays so, Flink ends the TaskManager after task.cancellation.timeout."
                                    .formatted(
                                            TimeUtils.formatWithHighestUnit(runTimeout),
                                            TimeUtils.formatWithHighestUnit(patience))));
        } else if (looks >= tooLong) {
            endRun.accept(run);
            if (looks == tooLong) {
                LOG.warn(
                        "A run of the model took longer than batch.run-timeout ({}) and is ended",
                        TimeUtils.formatWithHighestUnit(runTimeout));
            }
        }
    }

    private long looksIn(Duration duration) {
        return (duration.toMillis() + millisBetweenLooks - 1) / millisBetweenLooks;
    }

    /** Ends the thread. */
    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
        InferenceWorker.join(thread);
    }
}
