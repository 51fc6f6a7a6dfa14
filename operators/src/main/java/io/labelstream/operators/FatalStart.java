package io.labelstream.operators;

import io.labelstream.inference.BundleException;
import io.labelstream.inference.UnpackException;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** Opens what a job cannot do without. */
final class FatalStart {

    private FatalStart() {}

    /**
     * Opens something.
     *
     * @throws UnpackException where native code finds no room on disk: a restart may find some
     * @throws SuppressRestartsException where its bundle or device cannot be used: a restart would
     *     only meet the same again, so the job ends, and says why
     */
    static void orEnd(Runnable open) {
        try {
            open.run();
        } catch (UnpackException e) {
            throw e;
        } catch (BundleException e) {
            throw new SuppressRestartsException(e);
        }
    }
}
