package io.labelstream.inference;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Terminates a session whose first runs, on two short texts, take longer than a sound model needs.
 *
 * <p>Time is counted in looks, so a process that was stopped, or had no processor, does not take
 * its own pause for a run that hangs.
 *
 * <p>Threads: a daemon of its own, which {@link #close} ends.
 */
final class FirstRunWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FirstRunWatch.class);
    private static final long MILLIS_BETWEEN_LOOKS = 50;

    private final RunControl control;
    private final Duration limit;
    private final Thread thread;
    private boolean closed;

    /**
     * Starts the thread.
     *
     * @param limit how long all first runs together may take
     */
    FirstRunWatch(RunControl control, Duration limit) {
        this.control = control;
        this.limit = limit;
        this.thread = new Thread(this::watch, "labelstream-first-run");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            for (long waited = 0; waited < limit.toMillis(); waited += MILLIS_BETWEEN_LOOKS) {
                Thread.sleep(MILLIS_BETWEEN_LOOKS);
            }
            expire();
        } catch (InterruptedException e) {
            // The runs have come to their end.
        } catch (OrtException e) {
            LOG.error("ONNX Runtime refused to end a model's first run", e);
        }
    }

    private synchronized void expire() throws OrtException {
        if (!closed) {
            control.terminate();
        }
    }

    /** Ends the thread, and does not wait for that: nothing is terminated from now on. */
    @Override
    public synchronized void close() {
        closed = true;
        thread.interrupt();
    }
}
