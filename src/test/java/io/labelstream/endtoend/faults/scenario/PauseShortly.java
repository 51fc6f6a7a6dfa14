package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** Shorter than {@code heartbeat.timeout}. */
public final class PauseShortly implements Scenario {

    private static final int PAUSES = 5;

    @Override
    public String id() {
        return "F7";
    }

    @Override
    public String promise() {
        return "SIGSTOP of a TaskManager for 3 s, 5 times: later results, and no restart";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        for (int pause = 0; pause < PAUSES; pause++) {
            Node taskManager = world.flink().taskManagerOf(job);
            taskManager.pause();
            Pause.of(Duration.ofSeconds(3));
            taskManager.resume();
            world.rest().awaitCheckpoints(job, 2, Duration.ofMinutes(1));
        }
        int restarts = world.rest().failures(job);
        if (restarts > 0) {
            throw new AssertionError("The job was restarted: " + world.rest().rootCause(job));
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%d pauses, no restart; %s", PAUSES, run);
    }
}
