package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.MissingMeansException;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The clock of the TaskManagers jumps an hour forth, and two back. */
public final class WrongClock implements Scenario {

    private static final List<Path> LIBRARIES =
            List.of(
                    Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
                    Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"));

    @Override
    public String id() {
        return "F22";
    }

    @Override
    public String promise() {
        return "clock of the TaskManagers an hour ahead, then an hour behind (libfaketime): no effect on what is committed";
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
        for (String offset : List.of("+3600", "-3600", "+0")) {
            Files.writeString(clock, offset + "\n");
            world.rest().awaitCheckpoints(job, 4, Duration.ofMinutes(1));
        }
        int restarts = world.rest().failures(job);
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%d restarts; %s", restarts, run);
    }
}
