package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A job that is gone, in a world that is ready for the next one.
 *
 * @param checkpoints that it has left, three at most, oldest first
 * @param committed by the number of a checkpoint, how many records the {@code read_committed}
 *     reader had seen before the next one was complete
 */
record StoppedJob(World world, List<Path> checkpoints, NavigableMap<Long, Integer> committed) {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Lets a job take so many checkpoints, then kills its TaskManagers and cancels it. */
    static StoppedJob after(Stage stage, int checkpoints) throws IOException {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withFlink(
                                        FlinkSettings.faults()
                                                .with("execution.checkpointing.num-retained", "3")
                                                // State is in files of its own, however small.
                                                .with(
                                                        "execution.checkpointing.data-inline-threshold",
                                                        "0 b")));
        String job = world.submit();
        world.rest().awaitCheckpoints(job, 1, PATIENCE);
        NavigableMap<Long, Integer> committed = new TreeMap<>();
        Waiting.until(
                () -> "%d more checkpoints; seen are %s".formatted(checkpoints, committed.keySet()),
                PATIENCE,
                () -> {
                    Waiting.pause();
                    // In this order: a commit follows its checkpoint, so that what has been seen
                    // belongs to the checkpoint that is found then, or to one before it.
                    int seen = world.committed().count();
                    committed.put(Checkpoints.number(Checkpoints.newest(world, job)), seen);
                    return committed.lastKey() >= committed.firstKey() + checkpoints;
                });
        world.flink().taskManagers().forEach(Node::kill);
        world.rest().cancel(job);
        world.flink().taskManagers().forEach(Node::start);
        world.rest().awaitSlots(4);
        return new StoppedJob(world, Checkpoints.complete(world, job), committed);
    }

    /** The newest checkpoint but so many. */
    Path newestBut(int number) {
        return checkpoints.get(checkpoints.size() - 1 - number);
    }

    /**
     * How many of the first records that the reader has seen a checkpoint surely counts as done.
     */
    int committedBy(Path checkpoint) {
        return committed.floorEntry(Checkpoints.number(checkpoint)).getValue();
    }
}
