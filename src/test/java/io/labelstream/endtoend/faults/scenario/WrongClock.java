package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.MissingMeansException;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The clock of the TaskManagers jumps an hour forth, and two back. */
public final class WrongClock implements Scenario {

    private static final List<Path> LIBRARIES =
            List.of(
                    Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
                    Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"));

    /** Kafka's clients tell by this clock how long they wait: when it jumps forth, an hour. */
    private static final String OVERDUE = "org.apache.kafka.common.errors.TimeoutException";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int TOLERANCE_SECONDS = 60;

    @Override
    public String id() {
        return "F22";
    }

    @Override
    public String promise() {
        return "clock of the TaskManagers an hour ahead, then an hour behind (libfaketime), then right again: no effect on what is committed; a jump forth may restart the job, as Kafka's clients take what they wait for to be an hour overdue";
    }

    @Override
    public void play(Stage stage) throws Exception {
        Path library =
                LIBRARIES.stream()
                        .filter(Files::isReadable)
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new MissingMeansException(
                                                "needs libfaketime (Debian package faketime)"));
        Path clock = Files.writeString(stage.folder().resolve("clock"), "+0\n");
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withFlink(
                                        FlinkSettings.faults()
                                                .withTaskManagerEnvironment(
                                                        "LD_PRELOAD", library.toString())
                                                .withTaskManagerEnvironment(
                                                        "FAKETIME_TIMESTAMP_FILE", clock.toString())
                                                .withTaskManagerEnvironment(
                                                        "FAKETIME_CACHE_DURATION", "1")
                                                .withTaskManagerEnvironment(
                                                        "FAKETIME_DONT_FAKE_MONOTONIC", "1")
                                                .withTaskManagerEnvironment(
                                                        "FAKETIME_FORCE_MONOTONIC_FIX", "0")));
        String job = world.submit();
        for (int offset : new int[] {3600, -3600, 0}) {
            int before = world.rest().failures(job);
            Files.writeString(clock, "%+d\n".formatted(offset));
            world.flink().taskManagers().forEach(node -> awaitClock(node, offset));
            world.rest().awaitCheckpoints(job, 4, PATIENCE);
            int restarts = world.rest().failures(job) - before;
            if (restarts > 0 && !world.rest().rootCause(job).contains(OVERDUE)) {
                throw new AssertionError(world.rest().rootCause(job));
            }
            stage.note("clock %+d s: %d restarts", offset, restarts);
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%s", run);
    }

    /** The library looks at its file once a second; one that was not loaded never does. */
    private static void awaitClock(Node taskManager, int offset) {
        Waiting.until(
                () -> "the clock of %s is off by %d s".formatted(taskManager, offset),
                PATIENCE,
                () -> {
                    Waiting.pause();
                    long difference =
                            ChronoUnit.SECONDS.between(
                                    LocalDateTime.now(ZoneId.systemDefault()),
                                    ThreadDump.of(taskManager).time());
                    return Math.abs(difference - offset) < TOLERANCE_SECONDS;
                });
    }
}
