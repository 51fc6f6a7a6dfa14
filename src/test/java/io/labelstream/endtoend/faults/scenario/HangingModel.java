package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.inference.TinyBundle;
import io.labelstream.serde.DeadLetter;
import java.time.Duration;

/**
 * Texts on which the model's run would go on for hours, in runs with others that it labels: they
 * arrive, and others behind them, while the session of each slot has slow ones to do.
 */
public final class HangingModel implements Scenario {

    private static final int HANGING = 3;
    private static final int SLOW_TEXTS = 8;
    private static final int MATES = 20;

    @Override
    public String id() {
        return "F24";
    }

    @Override
    public String promise() {
        return "texts on which the model never ends: ended after batch.run-timeout, they alone become dead letters (TIMEOUT), their mates are labelled, and the slot works on; no restart";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withJob("batch.max-rows", "8")
                                .withJob("batch.run-timeout", "2 s"));
        String job = world.submit();
        for (int i = 0; i < HANGING; i++) {
            world.feed().send(SlowTexts.TEXT, SLOW_TEXTS, Expectation.LABELLED);
            world.feed().sendFailing(TinyBundle.HANGING_WORD, 1, DeadLetter.Reason.TIMEOUT);
            world.feed().send("good", MATES, Expectation.LABELLED);
            Pause.of(Duration.ofSeconds(2));
        }
        CheckedRun run = world.settleAndCheck(job);
        if (world.rest().failures(job) > 0) {
            throw new AssertionError("The job was restarted: " + world.rest().rootCause(job));
        }
        int halved = DeadLetters.requireHalvedRuns(world, HANGING);
        stage.note("%d such texts, %d of them in a run with others; %s", HANGING, halved, run);
    }
}
