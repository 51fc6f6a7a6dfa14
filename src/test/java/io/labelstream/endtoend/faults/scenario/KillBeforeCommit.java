package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Debugger;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** The checkpoint is complete, its transactions are not committed yet: then the process is gone. */
public final class KillBeforeCommit implements Scenario {

    private static final int KILLS = 5;
    private static final Duration PROMISED = Duration.ofSeconds(30);

    @Override
    public String id() {
        return "F2";
    }

    @Override
    public String promise() {
        return "kill -9 of a TaskManager between a checkpoint and the commit of its transactions, 5 times";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(WorldSettings.usual().withFlink(FlinkSettings.faults().withDebugger()));
        String job = world.submit();
        Recoveries recoveries = new Recoveries(world, job, PROMISED);
        for (int kill = 0; kill < KILLS; kill++) {
            Node victim = world.flink().taskManagerOf(job);
            try (Debugger debugger = world.flink().debugger(victim)) {
                Commits.hold(debugger);
                recoveries.of(victim::kill);
            }
            victim.start();
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%d kills; %s; %s", KILLS, recoveries, run);
    }
}
