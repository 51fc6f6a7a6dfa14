package io.labelstream.operators;

import io.labelstream.inference.BundleException;
import io.labelstream.inference.PassingBundleException;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** Opens what a job cannot do without. */
final class FatalStart {

    private FatalStart() {}

    /**
     * Opens something.
     *
     * @throws PassingBundleException where the reason may pass, as one of a full disk: a restart
     *     may find it gone
     * @throws SuppressRestartsException where its bundle or device cannot be used: a restart would
     *     only meet the same again, so the job ends, and says why
     */
    static void orEnd(Runnable open) {
        try {
            open.run();
        } catch (PassingBundleException e) {
            throw e;
        } catch (BundleException e) {
            throw new SuppressRestartsException(e);
        }
    }
}
