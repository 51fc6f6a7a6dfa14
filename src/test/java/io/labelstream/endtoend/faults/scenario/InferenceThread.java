package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Debugger;
import java.time.Duration;

/** The thread of a slot that runs the model. */
public final class InferenceThread {

    private InferenceThread() {}

    /** Holds it where it is about to run a batch. */
    public static Debugger.Held hold(Debugger debugger) {
        return debugger.hold(
                "io.labelstream.operators.ClassifyBatch", "run", Duration.ofSeconds(60));
    }
}
