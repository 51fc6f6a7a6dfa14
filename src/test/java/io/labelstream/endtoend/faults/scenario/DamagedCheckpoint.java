package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** A file of the newest checkpoint is cut off, as a full disk or a power cut leaves it. */
public final class DamagedCheckpoint implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ATTEMPTS = 3;

    @Override
    public String id() {
        return "F37";
    }

    @Override
    public String promise() {
        return "a file of the newest checkpoint cut off: without all of its metadata, flink run -s is refused with an EOFException ('run' names the checkpoint: StateDirectoryTest); without all of its state, the job never runs and names the operator that cannot be restored; the one before it works";
    }

    @Override
    public void play(Stage stage) throws Exception {
        StoppedJob stopped = StoppedJob.after(stage, 4);
        World world = stopped.world();
        Path newest = stopped.newestBut(0);

        Path metadata = newest.resolve("_metadata");
        byte[] whole = Files.readAllBytes(metadata);
        halve(metadata);
        checkRefused(world.trySubmit(Map.of(), "-s", newest.toUri().toString()));
        Files.write(metadata, whole);
        halve(largestStateFile(newest));
        checkNeverRuns(world, world.submitOnly(Map.of(), "-s", newest.toUri().toString()));

        Path before = stopped.newestBut(1);
        String next = world.submitOnly(Map.of(), "-s", before.toUri().toString());
        world.rest().awaitRunning(next, PATIENCE);
        CheckedRun run = world.settleAndCheckReplay(next, stopped.committedBy(before));
        stage.note(
                "refused, and could not be restored %d times; from the one before: %d results twice; %s",
                ATTEMPTS, run.replayed(), run);
    }

    private static void checkRefused(Node client) {
        if (client.exitCode() == 0
                || !client.log().contains("EOFException")
                || !client.log().contains("Checkpoints.loadCheckpointMetadata")) {
            throw new AssertionError(
                    "Half of a checkpoint's metadata was not called so:\n" + client.log());
        }
    }

    /** Flink tries again and again: for all it knows, the file may be whole the next time. */
    private static void checkNeverRuns(World world, String job) {
        Waiting.until(
                () -> "a job with half of its state fails; it is " + world.rest().state(job),
                PATIENCE,
                () -> {
                    Waiting.pause();
                    if (world.rest().completedCheckpoints(job) > 0) {
                        throw new AssertionError("A job with half of its state runs");
                    }
                    return world.rest().failures(job) >= ATTEMPTS;
                });
        String cause = world.rest().rootCause(job);
        if (!cause.contains("Could not restore operator state backend")
                || !cause.contains("EOFException")) {
            throw new AssertionError("Half of a file of state was not called so:\n" + cause);
        }
        world.rest().cancel(job);
    }

    private static Path largestStateFile(Path checkpoint) throws IOException {
        try (Stream<Path> files = Files.list(checkpoint)) {
            return files.filter(file -> !file.endsWith("_metadata"))
                    .max(Comparator.comparingLong(DamagedCheckpoint::size))
                    .orElseThrow(() -> new AssertionError(checkpoint + " has no state in files"));
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void halve(Path file) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(opened.length() / 2);
        }
    }
}
