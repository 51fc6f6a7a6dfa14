package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.scenario.Recoveries;
import java.time.Duration;

/** What every change of the code must pass. */
public final class ShortForm implements Scenario {

    private static final int TASK_MANAGER_KILLS = 10;
    private static final int BROKER_KILLS = 3;
    private static final Duration PROMISED = Duration.ofSeconds(30);

    @Override
    public String id() {
        return "short";
    }

    @Override
    public String promise() {
        return "kill -9 of a TaskManager 10 times, and of the broker 3 times, in one world";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        Recoveries recoveries = new Recoveries(world, job, PROMISED);
        for (int kill = 0; kill < TASK_MANAGER_KILLS; kill++) {
            Thread.sleep(stage.random().nextInt(1500));
            Node victim = world.flink().taskManagerOf(job);
            recoveries.of(victim::kill);
            victim.start();
            if (kill % 4 == 3) {
                world.kafka().broker(0).kill();
                world.kafka().restart(0);
                world.awaitNewOutput();
                world.rest().awaitRunning(job, Duration.ofMinutes(1));
            }
        }
        world.kafka().broker(0).kill();
        world.kafka().restart(0);
        world.awaitNewOutput();
        CheckedRun run = world.settleAndCheck(job);
        if (run.aborted() == 0) {
            throw new AssertionError("No aborted record was seen: the run proves nothing");
        }
        stage.note(
                "%d kills of a TaskManager, %d of the broker; %s; %s",
                TASK_MANAGER_KILLS, BROKER_KILLS, recoveries, run);
    }
}
