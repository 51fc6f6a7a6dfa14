package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.LoadFeed;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.serde.DeadLetter;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Messages that the broker took, and results of them that it would not take. A result in JSON is
 * larger than its text by some hundred bytes; how many exactly, its offset and score decide.
 */
public final class TooLargeResult implements Scenario {

    /** What must become of texts, by about how many bytes they have. */
    private static final Map<Integer, Expectation> SIZES =
            new TreeMap<>(
                    Map.of(
                            900_000, Expectation.LABELLED,
                            1_000_000, Expectation.LABELLED,
                            1_047_900, Expectation.LABELLED,
                            1_048_000, Expectation.EITHER,
                            1_048_050, Expectation.EITHER,
                            1_048_100, Expectation.EITHER,
                            1_048_200, Expectation.DEAD,
                            1_048_400, Expectation.DEAD));

    private static final int EACH = 3;

    @Override
    public String id() {
        return "F32";
    }

    @Override
    public String promise() {
        return "texts of 0.9 to 1.05 MB: labelled where their results are below the broker's limit, dead letters TOO_LARGE_OUT where they are above; no restart";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        for (Map.Entry<Integer, Expectation> size : SIZES.entrySet()) {
            for (int i = 0; i < EACH; i++) {
                send(world.feed(), size.getKey(), size.getValue());
                Pause.of(Duration.ofMillis(300));
            }
        }
        CheckedRun run = world.settleAndCheck(job);
        if (world.rest().failures(job) > 0) {
            throw new AssertionError("The job was restarted: " + world.rest().rootCause(job));
        }
        stage.note("%d large texts; %s", EACH * SIZES.size(), run);
    }

    private static void send(LoadFeed feed, int bytes, Expectation expected) {
        feed.send("film ".repeat(bytes / 5), expected, DeadLetter.Reason.TOO_LARGE_OUT);
    }
}
