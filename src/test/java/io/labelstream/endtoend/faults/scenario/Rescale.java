package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.inference.TinyBundle;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** More slots, fewer, and a smaller queue than the savepoint fills. */
public final class Rescale implements Scenario {

    private static final int SLOW_TEXTS = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F15";
    }

    @Override
    public String promise() {
        return "savepoint under a full queue, then 2 -> 1 -> 2 slots and a queue of half the size: nothing lost or doubled";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withJob("batch.max-rows", "8")
                                .withJob("batch.capacity", "128"));
        String job = world.submit();
        for (Map<String, String> change :
                List.of(
                        Map.of("job.parallelism", "1", "batch.capacity", "64"),
                        Map.of("job.parallelism", "2", "batch.capacity", "32"))) {
            world.feed().send(TinyBundle.SLOW_WORD, SLOW_TEXTS, Expectation.LABELLED);
            world.rest().awaitCheckpoints(job, 1, PATIENCE);
            String savepoint =
                    world.rest().stop(job, world.folder().resolve("savepoints").toString(), false);
            job = world.submitOnly(change, "-s", savepoint);
            world.rest().awaitRunning(job, PATIENCE);
            stage.note("went on with %s", change);
        }
        CheckedRun run = world.settleAndCheckUnordered(job);
        stage.note("%s", run);
    }
}
