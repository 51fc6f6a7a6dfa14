package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.Stall;
import io.labelstream.endtoend.faults.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A job that is gone leaves transactions open, and whoever reads its output with {@code
 * read_committed} waits behind them: until the job is back, or until Kafka gives them up. Kafka
 * counts the timeout from the first record of a transaction.
 */
public final class StallReaders implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    @Override
    public String id() {
        return "F11";
    }

    @Override
    public String promise() {
        return "everything killed with transactions open: started again from its checkpoint, the job ends the stall of read_committed readers at once; without it, it ends within 3 s after output.transaction-timeout, and a start after that labels again what Kafka has given up";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(KillWithOpenTransactions.settings());
        String job = world.submit();
        String next = endedByRestart(stage, world, job);
        endedByTimeout(stage, world, next);
    }

    private static String endedByRestart(Stage stage, World world, String job) throws Exception {
        KillWithOpenTransactions.strike(world, job);
        try (Stall stall = Stall.behind(world, World.PREFIX)) {
            stall.checkLasts();
            world.flink().restart();
            stall.checkLasts();
            String next =
                    world.submitOnly(
                            // For what comes after this.
                            Map.of(
                                    "output.transaction-timeout",
                                    "10 s",
                                    "checkpoint.timeout",
                                    "5 s"),
                            "-s",
                            Checkpoints.newest(world, job).toUri().toString());
            world.rest().awaitRunning(next, PATIENCE);
            long early = KillWithOpenTransactions.checkEndedByRestart(stall.awaitEnd(AT_ONCE));
            CheckedRun run = world.settleAndCheck(next);
            stage.note(
                    "started again: readers of %d partitions went on %d s before the timeout; %s",
                    stall.partitions(), early, run);
            return next;
        }
    }

    private static void endedByTimeout(Stage stage, World world, String job) throws Exception {
        world.feed().resume();
        KillWithOpenTransactions.strike(world, job);
        try (Stall stall = Stall.behind(world, World.PREFIX)) {
            List<Long> pastTimeout = stall.awaitEnd(PATIENCE);
            KillWithOpenTransactions.checkEndedByTimeout(pastTimeout);
            world.flink().restart();
            String next =
                    world.submitOnly(
                            Map.of(), "-s", Checkpoints.newest(world, job).toUri().toString());
            world.rest().awaitRunning(next, PATIENCE);
            CheckedRun run = world.settleAndCheck(next);
            stage.note(
                    "not started again: readers of %d partitions went on %d to %d ms after the timeout of 10 s; then %s",
                    stall.partitions(),
                    pastTimeout.get(0),
                    pastTimeout.get(pastTimeout.size() - 1),
                    run);
        }
    }
}
