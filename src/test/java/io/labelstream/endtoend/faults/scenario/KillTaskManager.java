package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** kill -9 of a TaskManager with batches in flight, again and again. */
public final class KillTaskManager implements Scenario {

    private static final int KILLS = 20;
    private static final Duration PROMISED = Duration.ofSeconds(30);

    @Override
    public String id() {
        return "F1";
    }

    @Override
    public String promise() {
        return "kill -9 of a TaskManager, 20 times: right after a checkpoint, and at random moments";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        Recoveries recoveries = new Recoveries(world, job, PROMISED);
        for (int kill = 0; kill < KILLS; kill++) {
            if (kill % 2 == 0) {
                world.rest().awaitCheckpoints(job, 1, PROMISED);
            } else {
                Pause.of(Duration.ofMillis(stage.random().nextInt(1500)));
            }
            Node victim = world.flink().taskManagerOf(job);
            recoveries.of(victim::kill);
            victim.start();
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%d kills, %d restarts", KILLS, world.rest().failures(job));
        stage.note("%s", recoveries);
        stage.note("%s", run);
    }
}
