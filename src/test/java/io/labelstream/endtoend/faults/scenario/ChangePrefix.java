package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.Stall;
import io.labelstream.endtoend.faults.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The job is started again under another transactional id prefix than its open transactions. */
public final class ChangePrefix implements Scenario {

    private static final String PREFIX = "output.transactional-id-prefix";
    private static final String SECOND = "second-prefix";
    private static final String THIRD = "third-prefix";

    /** In seconds: longer than a look by doctor and a restart take on a busy machine. */
    private static final int TIMEOUT = 120;

    /** For less, doctor takes a transaction for one of a job that runs. */
    private static final Duration LINGERING = Duration.ofSeconds(15);

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    @Override
    public String id() {
        return "F12";
    }

    @Override
    public String promise() {
        return "another transactional id prefix: from a checkpoint, the job ends the old transactions at once and logs a warning; without one, read_committed readers wait until the timeout, and doctor says so; a start from the checkpoint after that labels again what Kafka has given up";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(KillWithOpenTransactions.settings());
        String job = world.submit();
        String next = fromCheckpoint(stage, world, job);
        anew(stage, world, next);
    }

    private static String fromCheckpoint(Stage stage, World world, String job) throws Exception {
        KillWithOpenTransactions.strike(world, job);
        try (Stall stall = Stall.behind(world, World.PREFIX)) {
            stall.checkLasts();
            world.flink().restart();
            String next =
                    world.submitOnly(
                            // The timeout is for what comes after this.
                            Map.of(PREFIX, SECOND, "output.transaction-timeout", TIMEOUT + " s"),
                            "-s",
                            Checkpoints.newest(world, job).toUri().toString());
            world.rest().awaitRunning(next, PATIENCE);
            long early = KillWithOpenTransactions.checkEndedByRestart(stall.awaitEnd(AT_ONCE));
            String warning =
                    "Transactional id prefix from previous execution %s-results has changed to %s-results"
                            .formatted(World.PREFIX, SECOND);
            if (!world.flink().logs().contains(warning)) {
                throw new AssertionError("No log says: " + warning);
            }
            CheckedRun run = world.settleAndCheck(next);
            stage.note(
                    "from a checkpoint: a warning, and readers of %d partitions went on %d s before the timeout; %s",
                    stall.partitions(), early, run);
            return next;
        }
    }

    private static void anew(Stage stage, World world, String job) throws Exception {
        world.feed().resume();
        KillWithOpenTransactions.strike(world, job);
        // The job that starts anew has nothing to do: the one that goes on later labels all.
        world.feed().pause();
        world.feed().awaitAllAcknowledged(PATIENCE);
        Map<String, String> changed = Map.of(PREFIX, THIRD, "input.start", "latest");
        try (Stall stall = Stall.behind(world, SECOND)) {
            Pause.of(LINGERING);
            Node doctor = world.doctor(changed);
            for (String said :
                    List.of(
                            "a transaction of " + SECOND + "-results",
                            "another output.transactional-id-prefix before?",
                            "forceTerminateTransaction --transactionalId " + SECOND)) {
                if (doctor.exitCode() != 0 || !doctor.log().contains(said)) {
                    throw new AssertionError(
                            "doctor (exit code %d) does not say: %s%n%s"
                                    .formatted(doctor.exitCode(), said, doctor.log()));
                }
            }
            world.flink().restart();
            String next = world.submitOnly(changed);
            world.rest().awaitRunning(next, PATIENCE);
            stall.checkLasts();
            List<Long> pastTimeout = stall.awaitEnd(PATIENCE);
            KillWithOpenTransactions.checkEndedByTimeout(pastTimeout);
            world.rest().cancel(next);
            String last =
                    world.submitOnly(
                            Map.of(PREFIX, SECOND),
                            "-s",
                            Checkpoints.newest(world, job).toUri().toString());
            world.rest().awaitRunning(last, PATIENCE);
            CheckedRun run = world.settleAndCheck(last);
            stage.note(
                    "anew: doctor names the open transactions and how to end them; readers of %d partitions went on %d to %d ms after the timeout of %d s; then %s",
                    stall.partitions(),
                    pastTimeout.get(0),
                    pastTimeout.get(pastTimeout.size() - 1),
                    TIMEOUT,
                    run);
        }
    }
}
