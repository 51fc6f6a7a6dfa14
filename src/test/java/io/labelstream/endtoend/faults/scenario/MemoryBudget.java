package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.DistributionFolder;
import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.MemoryLimit;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.LoadFeed;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real model in a TaskManager that the kernel kills when it takes more than it was given. */
public final class MemoryBudget implements Scenario {

    private static final int HEAP_MEGABYTES = 640;

    /**
     * What a container has whose heap is so large, and whose other memory is as {@code
     * conf/flink-config.yaml} and Flink's defaults say: outside the heap 600 MB for the models and
     * 128 for Flink, 64 for the network, 32 managed, 256 for classes, 192 for the JVM.
     */
    private static final int LIMIT_MEGABYTES = HEAP_MEGABYTES + 600 + 128 + 64 + 32 + 256 + 192;

    private static final Duration SOAK = Duration.ofMinutes(3);
    private static final Duration BETWEEN_WORST = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Words of the texts: some fill a token of the model's 512 each. */
    private static final int[] LENGTHS = {1, 3, 8, 20, 45, 90, 150, 240, 350, 500};

    /** What the second half of the soak may take more than the first. */
    private static final int SPARE_MEGABYTES = 50;

    /** 128 plus SIGKILL. */
    private static final int KILLED = 137;

    @Override
    public String id() {
        return "F28";
    }

    @Override
    public String promise() {
        return "sentiment-en in two slots of a TaskManager with 1.9 GB (control group), texts of 1 to 512 tokens for 3 minutes, each half minute the largest batch: resident memory stays below and level; when the limit is lowered the kernel kills it, and started again it goes on";
    }

    @Override
    public void play(Stage stage) throws Exception {
        try (MemoryLimit limit =
                MemoryLimit.create("labelstream-faults", (long) LIMIT_MEGABYTES << 20)) {
            World world =
                    stage.world(
                            WorldSettings.usual()
                                    .withModel(DistributionFolder.model("sentiment-en"))
                                    .withRate(5)
                                    .withFlink(
                                            FlinkSettings.faults()
                                                    .withTaskManagers(1)
                                                    .withHeap(HEAP_MEGABYTES)
                                                    // All of the heap at once: what comes later is
                                                    // native.
                                                    .withTaskManagerOptions(
                                                            "-Xms" + HEAP_MEGABYTES + "m",
                                                            "-XX:+AlwaysPreTouch")));
            Node taskManager = world.flink().taskManager(0);
            try {
                taskManager.kill();
                taskManager.startIn(limit);
                String job = world.submit();
                String seen = soak(stage, world, taskManager);
                exceed(world, taskManager, limit);
                limit.set((long) LIMIT_MEGABYTES << 20);
                taskManager.startIn(limit);
                world.rest().awaitRunning(job, PATIENCE);
                world.awaitNewOutput();
                int restarts = world.rest().failures(job);
                CheckedRun run = world.settleAndCheck(job);
                stage.note("%s; killed, then %d restarts; %s", seen, restarts, run);
            } finally {
                // Before its group goes.
                world.close();
            }
        }
    }

    private static String soak(Stage stage, World world, Node taskManager) {
        List<Integer> megabytes = new ArrayList<>();
        long end = System.nanoTime() + SOAK.toNanos();
        long worst = System.nanoTime();
        while (System.nanoTime() < end) {
            send(world.feed(), LENGTHS[stage.random().nextInt(LENGTHS.length)], 1);
            if (System.nanoTime() >= worst) {
                send(world.feed(), LENGTHS[LENGTHS.length - 1], 16);
                send(world.feed(), 1, 64);
                worst += BETWEEN_WORST.toNanos();
            }
            Pause.of(Duration.ofSeconds(1));
            megabytes.add((int) (ProcessStatus.of(taskManager).residentKilobytes() >> 10));
        }
        // The first third loads the model and grows to the largest batch.
        int third = megabytes.size() / 3;
        int middle = most(megabytes.subList(third, 2 * third));
        int late = most(megabytes.subList(2 * third, megabytes.size()));
        if (late > middle + SPARE_MEGABYTES || late > LIMIT_MEGABYTES) {
            throw new AssertionError(
                    "Resident memory grew from %d MB to %d MB; the limit is %d MB"
                            .formatted(middle, late, LIMIT_MEGABYTES));
        }
        return "at most %d MB resident in the second minute, %d MB in the third, %d MB allowed"
                .formatted(middle, late, LIMIT_MEGABYTES);
    }

    private static int most(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    private static void send(LoadFeed feed, int words, int count) {
        feed.send("good film ".repeat((words + 1) / 2).strip(), count, Expectation.LABELLED);
    }

    private static void exceed(World world, Node taskManager, MemoryLimit limit) {
        Waiting.until(
                "the kernel kills a TaskManager that takes too much",
                PATIENCE,
                () -> {
                    try {
                        limit.tighten();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    send(world.feed(), LENGTHS[LENGTHS.length - 1], 1);
                    Waiting.pause();
                    return !taskManager.isAlive();
                });
        if (taskManager.exitCode() != KILLED) {
            throw new AssertionError(
                    "The TaskManager ended with %d, expected %d"
                            .formatted(taskManager.exitCode(), KILLED));
        }
    }
}
