package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Debugger;
import java.time.Duration;

/** The moment between a checkpoint and the commit of its transactions. */
final class Commits {

    private static final String COMMITTER =
            "org.apache.flink.connector.kafka.sink.internal.KafkaCommitter";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Commits() {}

    /** Waits for a commit, and holds the thread that is about to do it. */
    static Debugger.Held hold(Debugger debugger) {
        return debugger.hold(COMMITTER, "commit", PATIENCE);
    }

    /** The same, and holds all other threads of the process. */
    static void freeze(Debugger debugger) {
        debugger.freeze(COMMITTER, "commit", PATIENCE);
    }
}
