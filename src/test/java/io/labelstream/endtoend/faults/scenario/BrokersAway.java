package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** Longer away than a producer tries ({@code delivery.timeout.ms}, 2 minutes). */
public final class BrokersAway implements Scenario {

    private static final Duration AWAY = Duration.ofMinutes(3);
    private static final int SPARE_THREADS = 40;

    @Override
    public String id() {
        return "F6";
    }

    @Override
    public String promise() {
        return "all brokers away for 3 minutes; the job fails, tries again less and less often, and goes on by itself";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(WorldSettings.usual().withJob("output.transaction-timeout", "10 min"));
        String job = world.submit();
        world.rest().awaitCheckpoints(job, 3, Duration.ofMinutes(1));
        Node taskManager = world.flink().taskManagerOf(job);
        int threads = ProcessStatus.of(taskManager).threads();

        world.kafka().broker(0).terminate(Duration.ofSeconds(60));
        Pause.of(AWAY);
        int restarts = world.rest().failures(job);
        world.kafka().restart(0);
        world.rest().awaitRunning(job, Duration.ofMinutes(2));

        // At most every 5 seconds, as the settings say, and no attempt is over at once.
        if (restarts > AWAY.toSeconds() / 5 + 10) {
            throw new AssertionError(restarts + " restarts while the brokers were away");
        }
        CheckedRun run = world.settleAndCheck(job);
        int threadsAfter =
                world.flink().taskManagers().stream()
                        .mapToInt(node -> ProcessStatus.of(node).threads())
                        .max()
                        .orElseThrow();
        if (threadsAfter > threads + SPARE_THREADS) {
            throw new AssertionError(
                    "A TaskManager had %d threads, and has %d after %d restarts"
                            .formatted(threads, threadsAfter, restarts));
        }
        stage.note(
                "%d restarts; threads of a TaskManager %d before, %d after; %s",
                restarts, threads, threadsAfter, run);
    }
}
