package io.labelstream.endtoend.faults.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.inference.TinyBundle;
import java.time.Duration;

/** The queue is full all the time: a checkpoint waits until one text has its result, no longer. */
public final class SlowModel implements Scenario {

    private static final int SLOW_TEXTS = 1200;
    private static final Duration SLACK = Duration.ofSeconds(4);

    @Override
    public String id() {
        return "F16";
    }

    @Override
    public String promise() {
        return "a slow model and a full queue: checkpoints complete in the time of a run and some slack, and nothing stands still";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withRate(20)
                                .withJob("batch.max-rows", "8")
                                .withJob("batch.capacity", "64"));
        String job = world.submit();
        // Flink asks for checkpoints before all tasks run, and counts those as failed.
        int failedAtStart = failed(world, job);
        world.feed().send(TinyBundle.SLOW_WORD, SLOW_TEXTS, Expectation.LABELLED);
        world.rest().awaitCheckpoints(job, 8, Duration.ofMinutes(3));
        JsonNode checkpoints = world.rest().checkpoints(job).orElseThrow();
        CheckedRun run = world.settleAndCheck(job);
        long longest = checkpoints.path("summary").path("end_to_end_duration").path("max").asLong();
        int failed = failed(world, job) - failedAtStart;
        if (longest > SLACK.toMillis() || failed > 0) {
            throw new AssertionError(
                    "The longest checkpoint took %d ms, %d failed".formatted(longest, failed));
        }
        stage.note("longest checkpoint %d ms, none failed; %s", longest, run);
    }

    private static int failed(World world, String job) {
        return world.rest().checkpoints(job).orElseThrow().path("counts").path("failed").asInt();
    }
}
