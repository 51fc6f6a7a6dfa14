package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/**
 * Longer than {@code heartbeat.timeout}: the job moves, and what was paused wakes up as a zombie.
 */
public final class PauseTooLong implements Scenario {

    private static final int PAUSES = 3;
    private static final Duration PROMISED = Duration.ofSeconds(30);

    @Override
    public String id() {
        return "F8";
    }

    @Override
    public String promise() {
        return "SIGSTOP of a TaskManager for 15 s, 3 times: the job moves, and what the zombie still writes is never committed";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        Recoveries recoveries = new Recoveries(world, job, PROMISED);
        for (int pause = 0; pause < PAUSES; pause++) {
            Node zombie = world.flink().taskManagerOf(job);
            recoveries.of(
                    () -> {
                        zombie.pause();
                        Pause.of(Duration.ofSeconds(15));
                        zombie.resume();
                    });
            // The zombie ends its tasks and offers its slots again, or the next pause has no other.
            world.rest().awaitSlots(4);
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%d pauses; %s; %s", PAUSES, recoveries, run);
    }
}
