package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.Debugger;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.KafkaCluster;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** The broker that is to commit is gone while it is asked to. */
public final class KillCoordinator implements Scenario {

    private static final int KILLS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F4";
    }

    @Override
    public String promise() {
        return "kill -9 of the transaction coordinator's broker while it commits, 3 times each with one and with three brokers";
    }

    @Override
    public void play(Stage stage) throws Exception {
        for (int brokers : new int[] {1, 3}) {
            World world =
                    stage.world(
                            WorldSettings.usual()
                                    .withBrokers(brokers)
                                    .withFlink(FlinkSettings.faults().withDebugger()));
            String job = world.submit();
            for (int kill = 0; kill < KILLS; kill++) {
                killOnce(world, job);
            }
            int restarts = world.rest().failures(job);
            CheckedRun run = world.settleAndCheck(job);
            stage.note("%d brokers: %d restarts, %s", brokers, restarts, run);
            world.close();
        }
    }

    private static void killOnce(World world, String job) {
        KafkaCluster kafka = world.kafka();
        Node coordinator;
        try (Debugger debugger = world.flink().debugger(world.flink().taskManagerOf(job))) {
            Debugger.Held held = Commits.hold(debugger);
            coordinator = kafka.coordinator(kafka.openTransaction(World.PREFIX));
            coordinator.kill();
            held.release();
        }
        Pause.of(Duration.ofSeconds(3));
        kafka.restart(kafka.brokers().indexOf(coordinator));
        long healed = System.nanoTime();
        Waiting.until(
                () -> "output is committed again\n" + world.rest().rootCause(job),
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return world.committed().lastSeenNanos() > healed;
                });
    }
}
