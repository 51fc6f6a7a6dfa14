package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.RecordingReader;
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
    private static final Duration COMMITTED = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public String id() {
        return "F36";
    }

    @Override
    public String promise() {
        return "one message on an idle topic leaves at once, without another that follows, and is committed within 3 s with a checkpoint each second (that it takes at most 1.3 lone runs and 5 ms in the job is measured in docs/BENCHMARKS.md, latency)";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual().withJob("kafka.sink.linger.ms", "0"));
        String job = world.submit();
        world.feed().pause();
        world.awaitOutcomes();
        List<Long> left = new ArrayList<>();
        List<Long> committed = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            // At any time between two checkpoints.
            Pause.of(Duration.ofMillis(stage.random().nextInt(1000)));
            long start = System.nanoTime();
            world.feed().send("good", 1, Expectation.LABELLED);
            committed.add(awaitMillis(world.committed(), start));
            left.add(awaitMillis(world.uncommitted(), start));
        }
        Collections.sort(left);
        Collections.sort(committed);
        long median = left.get(TIMES / 2);
        if (median > AT_ONCE.toMillis()) {
            throw new AssertionError("A message took %d ms to leave (median)".formatted(median));
        }
        long longest = committed.get(TIMES - 1);
        if (longest > COMMITTED.toMillis()) {
            throw new AssertionError("A message was committed after %d ms".formatted(longest));
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note(
                "%d messages, which left after %d ms (median), %d at most, and were committed after %d, %d at most; %s",
                TIMES, median, left.get(TIMES - 1), committed.get(TIMES / 2), longest, run);
    }

    /** Waits for the message that was sent then, and on which no other follows. */
    private static long awaitMillis(RecordingReader reader, long start) {
        Waiting.until(
                "the message is there",
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return reader.lastSeenNanos() > start;
                });
        return Duration.ofNanos(reader.lastSeenNanos() - start).toMillis();
    }
}
