package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Debugger;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.KafkaCluster;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.cluster.TcpProxy;
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
    private static final int COMMIT_MILLIS = 100;

    /** What Kafka's client says of a commit that it sent and that nobody will answer. */
    private static final String UNANSWERED = "Cancelled in-flight END_TXN request";

    @Override
    public String id() {
        return "F4";
    }

    @Override
    public String promise() {
        return "kill -9 of the transaction coordinator's broker: twice right before it is asked to commit, and twice while it commits, its answer held back; with one and with three brokers";
    }

    @Override
    public void play(Stage stage) throws Exception {
        int unanswered = 0;
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
                unanswered += killInCommit(world, job, stage.random()) ? 1 : 0;
            }
            int restarts = world.rest().failures(job);
            CheckedRun run = world.settleAndCheck(job);
            stage.note("%d brokers: %d restarts, %s", brokers, restarts, run);
            world.close();
        }
        if (unanswered == 0) {
            throw new AssertionError("No broker was killed while it committed");
        }
        stage.note("%d of %d commits under way were not answered", unanswered, 2 * KILLS);
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

    /**
     * The answer to the commit is held back, so that the job cannot know how far it has come.
     *
     * @return whether a commit was under way then; it may not have been sent yet
     */
    private static boolean killInCommit(World world, String job, Random random) {
        Node taskManager = world.flink().taskManagerOf(job);
        int before = unanswered(taskManager);
        Node coordinator;
        try (Debugger debugger = world.flink().debugger(taskManager)) {
            Debugger.Held held = Commits.hold(debugger);
            coordinator = coordinator(world.kafka());
            TcpProxy line =
                    world.kafka().proxies().get(world.kafka().brokers().indexOf(coordinator));
            line.silence(TcpProxy.Direction.FROM_TARGET);
            held.release();
            Pause.of(Duration.ofMillis(random.nextInt(COMMIT_MILLIS)));
            coordinator.kill();
            line.breakConnections();
            line.heal();
        }
        bringBack(world, coordinator);
        return unanswered(taskManager) > before;
    }

    private static int unanswered(Node taskManager) {
        return (int) taskManager.log().lines().filter(line -> line.contains(UNANSWERED)).count();
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
