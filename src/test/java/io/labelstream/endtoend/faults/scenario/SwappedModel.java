package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.inference.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Somebody changes the model's files under a running job, which then starts again. */
public final class SwappedModel implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F38";
    }

    @Override
    public String promise() {
        return "tokenizer changed on disk, then kill -9 of a TaskManager: the job ends FAILED and names both digests; with the right file back it goes on";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        world.rest().awaitCheckpoints(job, 2, PATIENCE);
        Path tokenizer = world.model().resolve("tokenizer.json");
        String right = Files.readString(tokenizer);
        String rightDigest = ModelBundle.load(world.model()).digest();
        Files.writeString(tokenizer, right.replace("\"lowercase\": true", "\"lowercase\": false"));
        String wrongDigest = ModelBundle.load(world.model()).digest();
        if (wrongDigest.equals(rightDigest)) {
            throw new AssertionError("The tokenizer was not changed: the run proves nothing");
        }
        if (world.rest().failures(job) > 0) {
            throw new AssertionError("The job failed too early: " + world.rest().rootCause(job));
        }
        Node victim = world.flink().taskManagerOf(job);
        victim.kill();
        victim.start();
        String end = world.rest().awaitEnd(job, PATIENCE);
        String reason = world.rest().rootCause(job);
        String named = "has digest %s, expected %s:".formatted(wrongDigest, rightDigest);
        if (!end.equals("FAILED") || !reason.contains(named)) {
            throw new AssertionError(
                    "The job is %s, expected one that says '%s': %s".formatted(end, named, reason));
        }

        Files.writeString(tokenizer, right);
        String next =
                world.submitOnly(Map.of(), "-s", Checkpoints.newest(world, job).toUri().toString());
        world.rest().awaitRunning(next, PATIENCE);
        CheckedRun run = world.settleAndCheck(next);
        stage.note("refused, then went on; %s", run);
    }
}
