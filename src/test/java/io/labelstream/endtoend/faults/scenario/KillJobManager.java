package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.ZooKeeper;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Without high availability the job is gone with the JobManager, its checkpoints are not; with it,
 * the next JobManager takes the job over.
 */
public final class KillJobManager implements Scenario {

    private static final int KILLS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F3";
    }

    @Override
    public String promise() {
        return "kill -9 of the JobManager, twice each: without high availability the job goes on from its newest retained checkpoint (flink run -s), with ZooKeeper by itself";
    }

    @Override
    public void play(Stage stage) throws Exception {
        withoutHighAvailability(stage);
        withHighAvailability(stage);
    }

    private static void withoutHighAvailability(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        for (int kill = 0; kill < KILLS; kill++) {
            world.rest().awaitCheckpoints(job, 2, PATIENCE);
            world.flink().jobManager().kill();
            world.flink().jobManager().start();
            world.rest().awaitSlots(4);
            Path newest = Checkpoints.newest(world, job);
            job = world.submitOnly(Map.of(), "-s", newest.toUri().toString());
            world.rest().awaitRunning(job, PATIENCE);
            stage.note("went on from %s", newest.getFileName());
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%s", run);
        world.close();
    }

    private static void withHighAvailability(Stage stage) throws Exception {
        try (ZooKeeper zooKeeper = ZooKeeper.start(stage.folder().resolve("zookeeper"))) {
            World world =
                    stage.world(
                            WorldSettings.usual()
                                    .withFlink(zooKeeper.makeAvailable(FlinkSettings.faults())));
            String job = world.submit();
            for (int kill = 0; kill < KILLS; kill++) {
                world.rest().awaitCheckpoints(job, 2, PATIENCE);
                world.flink().jobManager().kill();
                world.flink().jobManager().start();
                world.awaitNewOutput();
                world.rest().awaitRunning(job, PATIENCE);
            }
            CheckedRun run = world.settleAndCheck(job);
            stage.note("with ZooKeeper the same job went on %d times; %s", KILLS, run);
            world.close();
        }
    }
}
