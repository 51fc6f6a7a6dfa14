package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.inference.TinyBundle;
import java.time.Duration;

/** Texts on which the model's run would go on for hours. */
public final class HangingModel implements Scenario {

    private static final int HANGING = 3;

    @Override
    public String id() {
        return "F24";
    }

    @Override
    public String promise() {
        return "texts on which the model never ends: ended after batch.run-timeout, they alone become dead letters, and the slot works on; no restart";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual().withJob("batch.run-timeout", "2 s"));
        String job = world.submit();
        for (int i = 0; i < HANGING; i++) {
            world.feed().send(TinyBundle.HANGING_WORD, 1, Expectation.DEAD);
            Pause.of(Duration.ofSeconds(2));
        }
        CheckedRun run = world.settleAndCheck(job);
        if (world.rest().failures(job) > 0) {
            throw new AssertionError("The job was restarted: " + world.rest().rootCause(job));
        }
        stage.note("%d such texts; %s", HANGING, run);
    }
}
