package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A job that is gone, in a world that is ready for the next one.
 *
 * @param checkpoints that it has left, three at most, oldest first
 */
record StoppedJob(World world, List<Path> checkpoints) {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Lets a job take so many checkpoints, then kills its TaskManagers and cancels it. */
    static StoppedJob after(Stage stage, int checkpoints) throws IOException {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withFlink(
                                        FlinkSettings.faults()
                                                .with(
                                                        "execution.checkpointing.num-retained",
                                                        "3")));
        String job = world.submit();
        world.rest().awaitCheckpoints(job, checkpoints, PATIENCE);
        world.flink().taskManagers().forEach(Node::kill);
        world.rest().cancel(job);
        world.flink().taskManagers().forEach(Node::start);
        world.rest().awaitSlots(4);
        return new StoppedJob(world, Checkpoints.complete(world, job));
    }

    /** The newest checkpoint but so many. */
    Path newestBut(int number) {
        return checkpoints.get(checkpoints.size() - 1 - number);
    }
}
