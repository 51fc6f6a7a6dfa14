package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.cluster.SmallDisk;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** A broker cannot write any more, and halts; with room again it is started again. */
public final class FullBrokerDisk implements Scenario {

    @Override
    public String id() {
        return "F18";
    }

    @Override
    public String promise() {
        return "the broker's disk full (tmpfs): the broker halts; with room and a restart of it the job goes on by itself";
    }

    @Override
    public void play(Stage stage) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(stage.folder().resolve("disk"), 60)) {
            World world =
                    stage.world(
                            WorldSettings.usual()
                                    .withBrokerFolder(0, disk.folder().resolve("data")));
            String job = world.submit();
            world.rest().awaitCheckpoints(job, 3, Duration.ofMinutes(1));
            disk.fill();
            Node broker = world.kafka().broker(0);
            Waiting.until(
                    "the broker has halted",
                    Duration.ofMinutes(2),
                    () -> {
                        Waiting.pause();
                        return !broker.isAlive();
                    });
            Pause.of(Duration.ofSeconds(5));
            disk.free();
            world.kafka().restart(0);
            world.awaitNewOutput();
            int restarts = world.rest().failures(job);
            CheckedRun run = world.settleAndCheck(job);
            stage.note("%d restarts of the job; %s", restarts, run);
            world.close();
        }
    }
}
