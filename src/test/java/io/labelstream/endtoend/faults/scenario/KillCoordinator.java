package io.labelstream.endtoend.faults.scenario;

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
import java.util.Random;

/** The broker that is to commit is gone when it is asked to, or soon after. */
public final class KillCoordinator implements Scenario {

    /** Of each kind: right before a commit, and into it. */
    private static final int KILLS = 2;

    /** Within these, a commit is sent, written down by the coordinator and answered. */
    private static final int COMMIT_MILLIS = 20;

    @Override
    public String id() {
        return "F4";
    }

    @Override
    public String promise() {
        return "kill -9 of the transaction coordinator's broker: twice right before it is asked to commit, and twice up to 20 ms after the job is let go to ask it; with one and with three brokers";
    }

    @Override
    public void play(Stage stage) throws Exception {
        for (int brokers : new int[] {1, 3}) {
            World world =
                    stage.world(
                            WorldSettings.usual()
                                    .withBrokers(brokers)
                                    // One coordinator for all transactions, whichever is held.
                                    .withKafka("transaction.state.log.num.partitions", "1")
                                    .withFlink(FlinkSettings.faults().withDebugger()));
            String job = world.submit();
            for (int kill = 0; kill < KILLS; kill++) {
                killBeforeCommit(world, job);
                killInCommit(world, job, stage.random());
            }
            int restarts = world.rest().failures(job);
            CheckedRun run = world.settleAndCheck(job);
            stage.note("%d brokers: %d restarts, %s", brokers, restarts, run);
            world.close();
        }
    }

    private static void killBeforeCommit(World world, String job) {
        Node coordinator;
        try (Debugger debugger = world.flink().debugger(world.flink().taskManagerOf(job))) {
            Debugger.Held held = Commits.hold(debugger);
            coordinator = coordinator(world.kafka());
            coordinator.kill();
            held.release();
        }
        bringBack(world, coordinator);
    }

    private static void killInCommit(World world, String job, Random random) {
        Node coordinator;
        try (Debugger debugger = world.flink().debugger(world.flink().taskManagerOf(job))) {
            Debugger.Held held = Commits.hold(debugger);
            coordinator = coordinator(world.kafka());
            held.release();
            Pause.of(Duration.ofMillis(random.nextInt(COMMIT_MILLIS)));
            coordinator.kill();
        }
        bringBack(world, coordinator);
    }

    private static Node coordinator(KafkaCluster kafka) {
        return kafka.coordinator(kafka.openTransaction(World.PREFIX));
    }

    private static void bringBack(World world, Node coordinator) {
        Pause.of(Duration.ofSeconds(3));
        world.kafka().restart(world.kafka().brokers().indexOf(coordinator));
        world.awaitNewOutput();
    }
}
