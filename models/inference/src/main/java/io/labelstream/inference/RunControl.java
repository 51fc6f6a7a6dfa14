package io.labelstream.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;

/**
 * What a session's runs are told: to be quiet, to end, and to give memory back after an unusually
 * large one. ONNX Runtime keeps what its largest run took; on the CPU that is a matter of attention
 * scores, {@code rows x longest x longest} a head. Holds native memory until closed.
 *
 * <p>Threads: any thread may call {@link #terminate}; all else the session's owner.
 */
final class RunControl implements AutoCloseable {

    /** Scores a head from which on a run is unusual: some 50 MB in a model of 12 heads. */
    private static final long UNUSUAL_SCORES = 1 << 20;

    private final OrtSession.RunOptions usual;
    private final OrtSession.RunOptions shrinking;

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

    /** Ends the run under way, and every later one. */
    void terminate() throws OrtException {
        usual.setTerminate(true);
        shrinking.setTerminate(true);
    }

    @Override
    public void close() {
        usual.close();
        shrinking.close();
    }
}
