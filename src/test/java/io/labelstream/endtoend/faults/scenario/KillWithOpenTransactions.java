package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.List;

/** A job that is gone in the middle of its transactions, and what becomes of them. */
final class KillWithOpenTransactions {

    private static final Duration INTERVAL = Duration.ofSeconds(3);

    /** Of transactions that a restart is to end. */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A broker looks for transactions to give up once a second, as the bench sets it up. */
    private static final Duration GIVEN_UP_WITHIN = Duration.ofSeconds(3);

    private KillWithOpenTransactions() {}

    /**
     * The usual ones, with checkpoints far enough from each other to strike between two of them,
     * and transactions that last longer than any restart.
     */
    static WorldSettings settings() {
        return WorldSettings.usual()
                .withJob("checkpoint.interval", INTERVAL.toSeconds() + " s")
                .withJob("output.transaction-timeout", TIMEOUT.toSeconds() + " s");
    }

    /**
     * Kills everything of Flink at once, half way between two checkpoints: what the last one counts
     * as done is committed, and the results since are in transactions that are open.
     */
    static void strike(World world, String job) {
        world.rest().awaitCheckpoints(job, 2, PATIENCE);
        Pause.of(INTERVAL.dividedBy(2));
        world.flink().kill();
    }

    /**
     * Checks that readers waited until the timeout, and not much longer.
     *
     * @param pastTimeout milliseconds from the timeout until they went on, lowest first
     */
    static void checkEndedByTimeout(List<Long> pastTimeout) {
        if (pastTimeout.get(0) < 0
                || pastTimeout.get(pastTimeout.size() - 1) > GIVEN_UP_WITHIN.toMillis()) {
            throw new AssertionError(
                    "Readers went on %s ms after the timeout, expected 0 to %d"
                            .formatted(pastTimeout, GIVEN_UP_WITHIN.toMillis()));
        }
    }

    /**
     * Checks that readers went on before the timeout.
     *
     * @param pastTimeout milliseconds from the timeout until they went on, lowest first
     * @return how many seconds before the timeout the last of them went on
     */
    static long checkEndedByRestart(List<Long> pastTimeout) {
        long latest = pastTimeout.get(pastTimeout.size() - 1);
        if (latest >= 0) {
            throw new AssertionError("The stall ended with the timeout, not with the restart");
        }
        return -latest / 1000;
    }
}
