package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * Stop with a savepoint, with and without drain, with nothing to do and with texts waiting. The
 * queues have room for all of these: a drained job has no excuse to leave one behind.
 */
public final class StopInOrder implements Scenario {

    private static final int SLOW_TEXTS = 300;
    private static final int STILL_WAITING = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How long what is committed may take to the reader. */
    private static final Duration READ = Duration.ofSeconds(10);

    @Override
    public String id() {
        return "F35";
    }

    @Override
    public String promise() {
        return "stop with a savepoint, with and without --drain, idle and with texts waiting: it ends by itself, all output is committed, and a job that is drained (within checkpoint.timeout) has run all that waited";
    }

    @Override
    public void play(Stage stage) throws Exception {
        // A drain runs the queue before its savepoint is complete, and within checkpoint.timeout.
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withJob("checkpoint.timeout", "80 s")
                                .withJob("output.transaction-timeout", "3 min"));
        String job = world.submit();
        for (boolean drain : new boolean[] {false, true}) {
            job = stop(stage, world, job, drain, 0);
            job = stop(stage, world, job, drain, SLOW_TEXTS);
        }
        CheckedRun run = world.settleAndCheck(job);
        if (run.aborted() > 0) {
            throw new AssertionError("Not all output of a stopped job was committed: " + run);
        }
        stage.note("%s", run);
    }

    /**
     * Stops a job.
     *
     * @param slowTexts that it is sent right before; with 0 it has nothing to do
     * @return the job that goes on from the savepoint
     */
    private static String stop(Stage stage, World world, String job, boolean drain, int slowTexts)
            throws IOException {
        world.awaitNewOutput();
        world.feed().pause();
        world.awaitOutcomes();
        SlowTexts.send(world, slowTexts);
        // Whatever was sent has been read by then.
        world.rest().awaitCheckpoints(job, 2, PATIENCE);
        int waiting = slowTexts == 0 ? 0 : SlowTexts.requireWaiting(world, STILL_WAITING);
        long start = System.nanoTime();
        String savepoint =
                world.rest().stop(job, world.folder().resolve("savepoints").toString(), drain);
        stage.note(
                "%d waiting%s %d ms",
                waiting, drain ? ", drained" : "", (System.nanoTime() - start) / 1_000_000);
        if (world.kafka().hasOpenTransaction(World.PREFIX)) {
            throw new AssertionError("A stopped job has left a transaction open");
        }
        if (drain) {
            Waiting.until(
                    () -> "a drained job has run all: " + Arrays.toString(world.waiting()),
                    READ,
                    () -> {
                        Waiting.pause();
                        return Arrays.stream(world.waiting()).sum() == 0;
                    });
        }
        String next = world.submitOnly(Map.of(), "-s", savepoint);
        world.rest().awaitRunning(next, PATIENCE);
        world.feed().resume();
        return next;
    }
}
