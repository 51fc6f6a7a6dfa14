package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * Fewer slots, then more, each time with a smaller queue than the savepoint fills; the one in the
 * middle lets results go as they are ready.
 */
public final class Rescale implements Scenario {

    private static final int SLOW_TEXTS = 320;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * How a job runs from one savepoint to the next.
     *
     * @param capacity of each slot's queue
     */
    private record Life(int slots, int capacity, String order) {

        Map<String, String> settings() {
            return Map.of(
                    "job.parallelism", Integer.toString(slots),
                    "batch.capacity", Integer.toString(capacity),
                    "output.order", order);
        }

        @Override
        public String toString() {
            return "%d x %d %s".formatted(slots, capacity, order);
        }
    }

    @Override
    public String id() {
        return "F15";
    }

    @Override
    public String promise() {
        return "savepoint under full queues, then 2 -> 1 -> 2 slots and queues that hold less than it does, ordered, unordered and ordered again: nothing lost or doubled";
    }

    @Override
    public void play(Stage stage) throws Exception {
        Life first = new Life(2, 64, "ordered");
        Life second = new Life(1, 32, "unordered");
        Life third = new Life(2, 8, "ordered");
        WorldSettings settings = WorldSettings.usual().withJob("batch.max-rows", "4");
        for (Map.Entry<String, String> setting : first.settings().entrySet()) {
            settings = settings.withJob(setting.getKey(), setting.getValue());
        }
        World world = stage.world(settings);
        String job = world.submit();
        job = goOn(stage, world, job, first, second);
        job = goOn(stage, world, job, second, third);
        CheckedRun run = world.settleAndCheckUnordered(job);
        stage.note("%s", run);
    }

    /** Fills the queues of a job and stops it with a savepoint; the job that goes on from there. */
    private static String goOn(Stage stage, World world, String job, Life before, Life after)
            throws IOException {
        world.rest().awaitCheckpoints(job, 1, PATIENCE);
        SlowTexts.send(world, SLOW_TEXTS);
        world.rest().awaitCheckpoints(job, 1, PATIENCE);
        // What waits when the job has stopped was sent before its savepoint.
        world.feed().pause();
        String savepoint =
                world.rest().stop(job, world.folder().resolve("savepoints").toString(), false);
        SlowTexts.requireFullQueues(world, before.slots(), before.capacity());
        String next = world.submitOnly(after.settings(), "-s", savepoint);
        world.rest().awaitRunning(next, PATIENCE);
        world.feed().resume();
        stage.note("%s went on as %s", before, after);
        return next;
    }
}
