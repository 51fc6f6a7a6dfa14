package io.labelstream.endtoend.faults.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.stream.StreamSupport;

/**
 * The queue is full all the time: a checkpoint waits until one text has its result, no longer. That
 * is the end of the run under way, which holds the oldest text: 0.2 s, where the whole queue takes
 * 9 s and all that waits 30 s.
 */
public final class SlowModel implements Scenario {

    private static final int SLOTS = 2;
    private static final int ROWS = 4;
    private static final int CAPACITY = 192;
    private static final int SLOW_TEXTS = 1300;
    private static final int CHECKPOINTS = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration SLACK = Duration.ofSeconds(2);

    @Override
    public String id() {
        return "F16";
    }

    @Override
    public String promise() {
        return "a slow model (50 ms a text) and a queue that stays full: each checkpoint completes in the time of a run and 2 s more, less than half of what the queue takes, and nothing stands still";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withRate(20)
                                .withJob("batch.max-rows", Integer.toString(ROWS))
                                .withJob("batch.capacity", Integer.toString(CAPACITY)));
        String job = world.submit();
        SlowTexts.send(world, SLOW_TEXTS);
        world.rest().awaitCheckpoints(job, 1, PATIENCE);
        // Flink asks for checkpoints before all tasks run, and counts those as failed.
        int failedBefore = failed(world, job);
        int seenBefore = world.uncommitted().count();
        long start = System.currentTimeMillis();
        world.rest().awaitCheckpoints(job, CHECKPOINTS, PATIENCE);
        JsonNode checkpoints = world.rest().checkpoints(job).orElseThrow();
        long took = System.currentTimeMillis() - start;
        SlowTexts.requireFullQueues(world, SLOTS, CAPACITY);
        long text = took * SLOTS / Math.max(1, world.uncommitted().count() - seenBefore);
        long limit = text * ROWS + SLACK.toMillis();
        if (text * CAPACITY < 2 * limit) {
            throw new AssertionError(
                    "A text takes only %d ms: the run proves nothing".formatted(text));
        }
        long longest = longest(checkpoints, start);
        int failed = failed(world, job) - failedBefore;
        if (longest > limit || failed > 0) {
            throw new AssertionError(
                    "The longest checkpoint took %d ms, %d failed".formatted(longest, failed));
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note(
                "longest checkpoint %d ms, none failed, where a run takes %d ms and the queue %d ms; %s",
                longest, text * ROWS, text * CAPACITY, run);
    }

    /** Of those complete checkpoints that began after a moment. */
    private static long longest(JsonNode checkpoints, long start) {
        return StreamSupport.stream(checkpoints.path("history").spliterator(), false)
                .filter(one -> one.path("status").asText().equals("COMPLETED"))
                .filter(one -> one.path("trigger_timestamp").asLong() >= start)
                .mapToLong(one -> one.path("end_to_end_duration").asLong())
                .max()
                .orElseThrow();
    }

    private static int failed(World world, String job) {
        return world.rest().checkpoints(job).orElseThrow().path("counts").path("failed").asInt();
    }
}
