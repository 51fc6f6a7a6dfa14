package io.labelstream.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;

/**
 * What a session's runs are told: to be quiet, to end, and to give memory back after an unusually
 * large one. ONNX Runtime keeps what its largest run took; on the CPU that is a matter of attention
 * scores, {@code rows x longest x longest} a head. Holds native memory until closed.
 *
 * <p>Threads: any thread may ask for the run {@link #underWay}, {@link #end} it or {@link
 * #terminate} all; all else the session's owner. Runs are numbered, and all that concerns one is
 * under this object's lock: what is meant for a run that has just ended never meets the next one.
 */
final class RunControl implements AutoCloseable {

    /** Scores a head from which on a run is unusual: some 50 MB in a model of 12 heads. */
    private static final long UNUSUAL_SCORES = 1 << 20;

    private final OrtSession.RunOptions usual;
    private final OrtSession.RunOptions shrinking;
    private long runs;
    private boolean running;
    private boolean ended;
    private boolean terminated;

    /**
     * @param onCuda a GPU's memory is kept: it has no other use
     */
    RunControl(boolean onCuda) throws OrtException {
        usual = new OrtSession.RunOptions();
        try {
            shrinking = new OrtSession.RunOptions();
        } catch (OrtException e) {
            usual.close();
            throw e;
        }
        try {
            // Failures reach us as exceptions; the library's own log of them would print token ids.
            usual.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            shrinking.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            if (!onCuda) {
                shrinking.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
            }
        } catch (OrtException e) {
            close();
            throw e;
        }
    }

    /** The options for a run of such a shape. */
    OrtSession.RunOptions options(int rows, int longest) {
        return (long) rows * longest * longest < UNUSUAL_SCORES ? usual : shrinking;
    }

    /** A run begins. */
    synchronized void begin() {
        runs++;
        running = true;
        ended = false;
    }

    /** The run has come back, in whichever way: the next one may begin. */
    synchronized void finish() throws OrtException {
        running = false;
        if (ended && !terminated) {
            tellToEnd(false);
        }
    }

    /** The number of the run under way, from 1 on; 0 where there is none. */
    synchronized long underWay() {
        return running ? runs : 0;
    }

    /** Ends the run of that number, if it is under way still, and no other. */
    synchronized void end(long run) throws OrtException {
        if (running && run == runs) {
            ended = true;
            tellToEnd(true);
        }
    }

    /** Whether the latest run was told to {@link #end}. */
    synchronized boolean wasEnded() {
        return ended;
    }

    /** Ends the run under way, and every later one. */
    synchronized void terminate() throws OrtException {
        terminated = true;
        tellToEnd(true);
    }

    /** Whether {@link #terminate} was called. */
    synchronized boolean terminated() {
        return terminated;
    }

    private void tellToEnd(boolean end) throws OrtException {
        usual.setTerminate(end);
        shrinking.setTerminate(end);
    }

    @Override
    public void close() {
        usual.close();
        shrinking.close();
    }
}
