package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One message on an idle topic, and none after it. */
public final class LoneMessage implements Scenario {

    private static final int TIMES = 20;
    private static final Duration AT_ONCE = Duration.ofMillis(250);

    @Override
    public String id() {
        return "F36";
    }

    @Override
    public String promise() {
        return "one message on an idle topic leaves at once and is committed by the next checkpoint; none need follow (figures against a lone run: docs/BENCHMARKS.md)";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual().withJob("kafka.sink.linger.ms", "0"));
        String job = world.submit();
        world.feed().pause();
        world.awaitOutcomes();
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            int before = world.uncommitted().count();
            long start = System.nanoTime();
            world.feed().send("good", 1, Expectation.LABELLED);
            Waiting.until(
                    "the message leaves",
                    Duration.ofSeconds(30),
                    () -> world.uncommitted().count() > before);
            millis.add((world.uncommitted().lastSeenNanos() - start) / 1_000_000);
            world.awaitOutcomes();
        }
        Collections.sort(millis);
        long median = millis.get(TIMES / 2);
        if (median > AT_ONCE.toMillis()) {
            throw new AssertionError("A message took %d ms to leave (median)".formatted(median));
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note(
                "%d messages, which left after %d ms (median), %d at most; %s",
                TIMES, median, millis.get(TIMES - 1), run);
    }
}
