package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.Map;

/** Two jobs with topics of their own, and one transactional id prefix. */
public final class SharePrefix implements Scenario {

    private static final String OTHER = "other-";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F13";
    }

    @Override
    public String promise() {
        return "a second job with the same transactional id prefix: the older one ends FAILED and says why, the other one loses nothing";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        for (String topic : new String[] {World.INPUT, World.OUTPUT, World.DEAD}) {
            world.kafka()
                    .createTopic(OTHER + topic, World.PARTITIONS, Map.of("retention.ms", "-1"));
        }
        world.addFeed(OTHER + World.INPUT, "other-feed").start(50);
        String older =
                world.submitOnly(
                        Map.of(
                                "input.topics", OTHER + World.INPUT,
                                "input.group-id", "other",
                                "output.topic", OTHER + World.OUTPUT,
                                "dead-letter.topic", OTHER + World.DEAD));
        world.rest().awaitRunning(older, PATIENCE);
        world.rest().awaitCheckpoints(older, 5, PATIENCE);

        String job = world.submit();
        String end = world.rest().awaitEnd(older, PATIENCE);
        String reason = world.rest().rootCause(older);
        // Struck between a checkpoint and its commit, it says that results are lost: just as loud.
        boolean lost = reason.contains("LostResultsException");
        if (!end.equals("FAILED") || !(lost || reason.contains("PrefixTakenException"))) {
            throw new AssertionError("The older job is %s, and says: %s".formatted(end, reason));
        }
        world.rest().awaitCheckpoints(job, 5, PATIENCE);
        int restarts = world.rest().failures(job);
        CheckedRun run = world.settleAndCheck(job);
        stage.note(
                "the older job FAILED with %s, the other one had %d restarts; %s",
                lost ? "LostResultsException" : "PrefixTakenException", restarts, run);
    }
}
