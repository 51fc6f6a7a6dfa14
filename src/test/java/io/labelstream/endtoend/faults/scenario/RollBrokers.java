package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.KafkaCluster;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/** As an operator upgrades brokers: one after the other, in order. */
public final class RollBrokers implements Scenario {

    private static final int ROUNDS = 3;
    private static final int BROKERS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PROMISED = Duration.ofSeconds(30);

    @Override
    public String id() {
        return "F5";
    }

    @Override
    public String promise() {
        return "rolling restart (SIGTERM) of three brokers, 3 times, each while it leads partitions of the output: with any one of them away, output is committed within 30 s";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual().withBrokers(BROKERS));
        String job = world.submit();
        KafkaCluster kafka = world.kafka();
        long longest = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int broker = 0; broker < BROKERS; broker++) {
                checkLeads(kafka, broker);
                long start = System.nanoTime();
                kafka.broker(broker).terminate(Duration.ofSeconds(60));
                longest = Math.max(longest, awaitOutput(world, start));
                kafka.restart(broker);
                kafka.awaitInSync(World.OUTPUT);
            }
        }
        world.rest().awaitRunning(job, PATIENCE);
        int restarts = world.rest().failures(job);
        CheckedRun run = world.settleAndCheck(job);
        stage.note(
                "%d restarts of brokers, %d of the job; committed output after %d ms at most; %s",
                BROKERS * ROUNDS, restarts, longest, run);
    }

    private static void checkLeads(KafkaCluster kafka, int broker) throws Exception {
        try (Admin admin = kafka.admin()) {
            boolean leads =
                    admin
                            .describeTopics(List.of(World.OUTPUT))
                            .allTopicNames()
                            .get()
                            .values()
                            .stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .anyMatch(partition -> partition.leader().id() == broker + 1);
            if (!leads) {
                throw new AssertionError(
                        "%s leads no partition of the output: the run proves nothing"
                                .formatted(kafka.broker(broker)));
            }
        }
    }

    /** Milliseconds until output is committed of a message that was sent after the broker went. */
    private static long awaitOutput(World world, long start) {
        Waiting.until(
                "output is committed while a broker is away",
                PROMISED,
                () -> {
                    Waiting.pause();
                    return world.committed().firstNewAfter(start).isPresent();
                });
        return world.committed().firstNewAfter(start).orElseThrow().toMillis();
    }
}
