package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.List;

/** Longer away than a producer tries ({@code delivery.timeout.ms}, 2 minutes). */
public final class BrokersAway implements Scenario {

    private static final Duration AWAY = Duration.ofMinutes(3);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Threads of Kafka's clients: one of each producer, one of each admin client. */
    private static final List<String> CLIENTS =
            List.of("kafka-producer-network-thread", "kafka-admin-client-thread");

    @Override
    public String id() {
        return "F6";
    }

    @Override
    public String promise() {
        return "all brokers away for 3 minutes; the job fails, tries again and goes on by itself; no producer or admin client of a failed attempt is left in a TaskManager";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(WorldSettings.usual().withJob("output.transaction-timeout", "10 min"));
        String job = world.submit();
        world.rest().awaitCheckpoints(job, 3, Duration.ofMinutes(1));
        int clients = clients(world);
        if (clients == 0) {
            throw new AssertionError("No thread of a Kafka client was found in a TaskManager");
        }

        world.kafka().broker(0).terminate(Duration.ofSeconds(60));
        Pause.of(AWAY);
        int restarts = world.rest().failures(job);
        world.kafka().restart(0);
        world.rest().awaitRunning(job, PATIENCE);
        // At most every 5 seconds, as the settings say, and no attempt is over at once.
        if (restarts == 0 || restarts > AWAY.toSeconds() / 5 + 10) {
            throw new AssertionError(restarts + " restarts while the brokers were away");
        }
        CheckedRun run = world.settleAndCheck(job);
        int[] after = new int[1];
        Waiting.until(
                () ->
                        "as many Kafka clients as before, %d; there are %d after %d restarts"
                                .formatted(clients, after[0], restarts),
                PATIENCE,
                () -> {
                    Waiting.pause();
                    after[0] = clients(world);
                    return after[0] <= clients;
                });
        stage.note(
                "%d restarts; Kafka clients in TaskManagers %d before, %d after; %s",
                restarts, clients, after[0], run);
    }

    private static int clients(World world) {
        return world.flink().taskManagers().stream()
                .map(ThreadDump::of)
                .mapToInt(dump -> CLIENTS.stream().mapToInt(dump::count).sum())
                .sum();
    }
}
