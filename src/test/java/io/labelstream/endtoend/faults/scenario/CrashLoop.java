package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.SmallDisk;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.List;

/**
 * A job that never gets to a checkpoint: each start looks for transactions that earlier ones may
 * have left open, and has one name more to look at. The checkpoint directory is full, so each first
 * checkpoint fails, and the job with it.
 */
public final class CrashLoop implements Scenario {

    private static final int CRASHES = 50;
    private static final Duration PROMISED = Duration.ofSeconds(30);

    @Override
    public String id() {
        return "F39";
    }

    @Override
    public String promise() {
        return "50 crashes before the first checkpoint, as often as the job can: each start takes less than 30 s, and the job goes on by itself";
    }

    @Override
    public void play(Stage stage) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(stage.folder().resolve("disk"), 2)) {
            disk.fill();
            World world =
                    stage.world(
                            WorldSettings.usual()
                                    // Each start reads all from the beginning.
                                    .withRate(20)
                                    .withJob(
                                            "checkpoint.directory",
                                            disk.folder().resolve("checkpoints").toUri().toString())
                                    // All state in files, none in the answer to the JobManager.
                                    .withJob(
                                            "flink.execution.checkpointing.data-inline-threshold",
                                            "0 b")
                                    .withJob(
                                            "flink.restart-strategy.exponential-delay.max-backoff",
                                            "200 ms"));
            String job = world.submit();
            awaitCrashes(world, job);
            int ids = world.kafka().transactionalIds(World.PREFIX).size();
            List<Long> times = world.rest().failureTimes(job);
            disk.free();
            world.awaitNewOutput();

            long slowest = 0;
            for (int i = 1; i < times.size(); i++) {
                slowest = Math.max(slowest, times.get(i - 1) - times.get(i));
            }
            if (slowest > PROMISED.toMillis()) {
                throw new AssertionError("A start took %d ms".formatted(slowest));
            }
            int last = times.size() - 1;
            CheckedRun run = world.settleAndCheck(job);
            stage.note(
                    "%d crashes, %d transactional ids; from the first crash to the second %d ms, between the last two %d ms, %d ms at most; %s",
                    times.size(),
                    ids,
                    times.get(last - 1) - times.get(last),
                    times.get(0) - times.get(1),
                    slowest,
                    run);
            world.close();
        }
    }

    private static void awaitCrashes(World world, String job) {
        Waiting.until(
                () -> "%d crashes; there were %d".formatted(CRASHES, world.rest().failures(job)),
                PROMISED.multipliedBy(CRASHES),
                () -> {
                    Waiting.pause();
                    return world.rest().failures(job) >= CRASHES;
                });
        if (world.rest().completedCheckpoints(job) > 0) {
            throw new AssertionError("A checkpoint was completed: the run proves nothing");
        }
    }
}
