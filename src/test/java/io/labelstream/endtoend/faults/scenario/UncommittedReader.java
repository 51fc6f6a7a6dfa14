package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** What the guarantee does not cover: a consumer with Kafka's default isolation. */
public final class UncommittedReader implements Scenario {

    private static final int KILLS = 3;

    @Override
    public String id() {
        return "F40";
    }

    @Override
    public String promise() {
        return "a read_uncommitted consumer sees what failed attempts wrote, too; a read_committed one never does";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        for (int kill = 0; kill < KILLS; kill++) {
            world.rest().awaitCheckpoints(job, 1, Duration.ofMinutes(1));
            Pause.of(Duration.ofMillis(700));
            Node victim = world.flink().taskManagerOf(job);
            new Recoveries(world, job, Duration.ofSeconds(30)).of(victim::kill);
            victim.start();
        }
        CheckedRun run = world.settleAndCheck(job);
        if (run.aborted() < KILLS) {
            throw new AssertionError(
                    "%d aborted records were seen, expected one of each kill at least: the run proves nothing"
                            .formatted(run.aborted()));
        }
        stage.note("%d kills; %s", KILLS, run);
    }
}
