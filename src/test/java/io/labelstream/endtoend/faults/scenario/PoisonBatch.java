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
 * Texts on which the model's run fails, in runs with others that it labels: they arrive, and others
 * behind them, while the session of each slot has slow ones to do.
 */
public final class PoisonBatch implements Scenario {

    private static final int ROUNDS = 30;
    private static final int POISON = 2;
    private static final int SLOW_TEXTS = 8;
    private static final int MATES = 20;

    @Override
    public String id() {
        return "F23";
    }

    @Override
    public String promise() {
        return "texts that make a run fail, in runs with others: they alone become dead letters (INFERENCE_FAILED), their mates are labelled, no restart";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual().withRate(300));
        String job = world.submit();
        for (int round = 0; round < ROUNDS; round++) {
            world.feed().send(SlowTexts.TEXT, SLOW_TEXTS, Expectation.LABELLED);
            world.feed()
                    .sendFailing(
                            TinyBundle.FAILING_WORD, POISON, DeadLetter.Reason.INFERENCE_FAILED);
            world.feed().send("good", MATES, Expectation.LABELLED);
            Pause.of(Duration.ofMillis(stage.random().nextInt(150)));
        }
        CheckedRun run = world.settleAndCheck(job);
        if (world.rest().failures(job) > 0) {
            throw new AssertionError("The job was restarted: " + world.rest().rootCause(job));
        }
        int texts = ROUNDS * POISON;
        int halved = DeadLetters.requireHalvedRuns(world, texts);
        stage.note("%d such texts, %d of them in a run with others; %s", texts, halved, run);
    }
}
