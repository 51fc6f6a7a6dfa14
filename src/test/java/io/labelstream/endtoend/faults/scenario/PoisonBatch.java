package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.inference.TinyBundle;
import java.time.Duration;

/** Texts on which the model's run fails, among others that it labels. */
public final class PoisonBatch implements Scenario {

    private static final int POISON = 60;

    @Override
    public String id() {
        return "F23";
    }

    @Override
    public String promise() {
        return "texts that make a run fail, in the middle of a load: they alone become dead letters, their mates are labelled, no restart";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual().withRate(300));
        String job = world.submit();
        for (int i = 0; i < POISON; i++) {
            world.feed().send(TinyBundle.FAILING_WORD, 1, Expectation.DEAD);
            Pause.of(Duration.ofMillis(stage.random().nextInt(150)));
        }
        CheckedRun run = world.settleAndCheck(job);
        if (world.rest().failures(job) > 0) {
            throw new AssertionError("The job was restarted: " + world.rest().rootCause(job));
        }
        stage.note("%d such texts; %s", POISON, run);
    }
}
