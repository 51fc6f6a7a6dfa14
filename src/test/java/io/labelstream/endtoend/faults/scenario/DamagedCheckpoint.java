package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The newest checkpoint's metadata is cut off, as a full disk or a power cut leaves it. */
public final class DamagedCheckpoint implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F37";
    }

    @Override
    public String promise() {
        return "the newest checkpoint cut off: its restore fails and says so, the one before it works ('run' refuses it at the start: StateDirectoryTest)";
    }

    @Override
    public void play(Stage stage) throws Exception {
        StoppedJob stopped = StoppedJob.after(stage, 4);
        World world = stopped.world();
        Path newest = stopped.newestBut(0);
        halve(newest.resolve("_metadata"));

        String end = endOf(world, world.trySubmit(Map.of(), "-s", newest.toUri().toString()));
        String next = world.submitOnly(Map.of(), "-s", stopped.newestBut(1).toUri().toString());
        world.rest().awaitRunning(next, PATIENCE);
        CheckedRun run = world.settleAndCheckReplay(next);
        stage.note(
                "damaged: %s; from the one before: %d results twice; %s", end, run.replayed(), run);
    }

    /** Flink may refuse at the submission, or end the job. */
    private static String endOf(World world, Node client) {
        if (client.exitCode() != 0) {
            return "refused at the submission";
        }
        String end = world.rest().awaitEnd(World.jobOf(client), PATIENCE);
        if (!end.equals("FAILED")) {
            throw new AssertionError("A job from a damaged checkpoint is " + end);
        }
        return "FAILED";
    }

    private static void halve(Path file) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(opened.length() / 2);
        }
    }
}
