package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Debugger;
import java.time.Duration;

/** The moment between a checkpoint and the commit of its transactions. */
final class Commits {

    private static final String COMMITTER =
            "org.apache.flink.connector.kafka.sink.internal.KafkaCommitter";

    private Commits() {}

    /** Waits for a commit, and holds the thread that is about to do it. */
    static Debugger.Held hold(Debugger debugger) {
        return debugger.hold(COMMITTER, "commit", Duration.ofSeconds(60));
    }
}
