package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.serde.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Messages that the broker took, and results of them that it would not take. */
public final class TooLargeResult implements Scenario {

    private static final int[] SIZES = {900_000, 1_000_000, 1_048_000, 1_048_400};

    @Override
    public String id() {
        return "F32";
    }

    @Override
    public String promise() {
        return "texts of 0.9 to 1.05 MB, some with results above the broker's limit: labelled, or dead letters TOO_LARGE_OUT; no restart";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        for (int size : SIZES) {
            for (int i = 0; i < 3; i++) {
                byte[] text = "film ".repeat(size / 5).getBytes(StandardCharsets.UTF_8);
                world.feed().sendValue(text, Expectation.EITHER, DeadLetter.Reason.TOO_LARGE_OUT);
                Pause.of(Duration.ofMillis(300));
            }
        }
        CheckedRun run = world.settleAndCheck(job);
        if (world.rest().failures(job) > 0) {
            throw new AssertionError("The job was restarted: " + world.rest().rootCause(job));
        }
        stage.note("%d large texts; %s", 3 * SIZES.length, run);
    }
}
