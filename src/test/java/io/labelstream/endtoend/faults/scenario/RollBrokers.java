package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.KafkaCluster;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** As an operator upgrades brokers: one after the other, in order. */
public final class RollBrokers implements Scenario {

    private static final int ROUNDS = 3;

    @Override
    public String id() {
        return "F5";
    }

    @Override
    public String promise() {
        return "rolling restart (SIGTERM) of three brokers, 3 times";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual().withBrokers(3));
        String job = world.submit();
        KafkaCluster kafka = world.kafka();
        for (int round = 0; round < ROUNDS; round++) {
            for (int broker = 0; broker < 3; broker++) {
                kafka.broker(broker).terminate(Duration.ofSeconds(60));
                kafka.restart(broker);
                kafka.awaitInSync(World.OUTPUT);
            }
        }
        world.rest().awaitRunning(job, Duration.ofMinutes(2));
        int restarts = world.rest().failures(job);
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%d restarts of brokers, %d of the job; %s", 3 * ROUNDS, restarts, run);
    }
}
