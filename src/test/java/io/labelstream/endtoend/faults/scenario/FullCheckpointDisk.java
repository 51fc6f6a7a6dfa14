package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.SmallDisk;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** No checkpoint can be written: nothing may be committed either. */
public final class FullCheckpointDisk implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F17";
    }

    @Override
    public String promise() {
        return "checkpoint directory full (tmpfs) for 20 s: no result is committed without a checkpoint; the job goes on when there is room";
    }

    @Override
    public void play(Stage stage) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(stage.folder().resolve("disk"), 2)) {
            World world =
                    stage.world(
                            WorldSettings.usual()
                                    .withJob(
                                            "checkpoint.directory",
                                            disk.folder().resolve("checkpoints").toUri().toString())
                                    // All state in files, none in the answer to the JobManager.
                                    .withJob(
                                            "flink.execution.checkpointing.data-inline-threshold",
                                            "0 b"));
            String job = world.submit();
            world.rest().awaitCheckpoints(job, 2, PATIENCE);
            disk.fill();
            Pause.of(Duration.ofSeconds(5));
            int committed = world.committed().count();
            Pause.of(Duration.ofSeconds(15));
            if (world.committed().count() > committed) {
                throw new AssertionError("Output was committed without a checkpoint");
            }
            disk.free();
            world.awaitNewOutput();
            int restarts = world.rest().failures(job);
            CheckedRun run = world.settleAndCheck(job);
            stage.note("%d restarts; %s", restarts, run);
            world.close();
        }
    }
}
