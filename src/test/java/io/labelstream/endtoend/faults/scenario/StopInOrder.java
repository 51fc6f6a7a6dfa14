package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.inference.TinyBundle;
import java.time.Duration;
import java.util.Map;

/** Stop with a savepoint, with and without drain, with nothing to do and with texts waiting. */
public final class StopInOrder implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F35";
    }

    @Override
    public String promise() {
        return "stop with a savepoint, with and without --drain, idle and with texts waiting: it ends by itself, and all output is committed";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        for (boolean drain : new boolean[] {false, true}) {
            for (boolean idle : new boolean[] {true, false}) {
                if (idle) {
                    world.feed().pause();
                    world.awaitOutcomes();
                } else {
                    world.feed().resume();
                    world.feed().send(TinyBundle.SLOW_WORD, 100, Expectation.LABELLED);
                    world.rest().awaitCheckpoints(job, 1, PATIENCE);
                }
                long start = System.nanoTime();
                String savepoint =
                        world.rest()
                                .stop(job, world.folder().resolve("savepoints").toString(), drain);
                stage.note(
                        "%s%s %d ms",
                        idle ? "idle" : "under load",
                        drain ? " with drain" : "",
                        (System.nanoTime() - start) / 1_000_000);
                if (world.kafka().hasOpenTransaction(World.PREFIX)) {
                    throw new AssertionError("A stopped job has left a transaction open");
                }
                job = world.submitOnly(Map.of(), "-s", savepoint);
                world.rest().awaitRunning(job, PATIENCE);
            }
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%s", run);
    }
}
