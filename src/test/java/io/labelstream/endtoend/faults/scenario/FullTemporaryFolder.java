package io.labelstream.endtoend.faults.scenario;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import io.labelstream.endtoend.DistributionFolder;
import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.cluster.SmallDisk;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Native libraries have no place to be unpacked in when {@code run}, or a TaskManager, starts. */
public final class FullTemporaryFolder implements Scenario {

    /** Room for what {@code run} asks for, and some more. */
    private static final int MEGABYTES = 150;

    /** Megabytes: the tokenizer library has 15. */
    private static final int HALF_A_LIBRARY = 8;

    private static final int MESSAGES = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Pattern STOPPED = Pattern.compile("The next run goes on from (\\S+)\\.");

    @Override
    public String id() {
        return "F19";
    }

    @Override
    public String promise() {
        return "java.io.tmpdir full, with room for half a library, and read-only, when run or a job on a TaskManager starts: run ends, the job starts again and again, and both name the folder; with room the next start works; no library is left there, or taken from the cache of the tokenizer library (DJL_CACHE_DIR)";
    }

    @Override
    public void play(Stage stage) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(stage.folder().resolve("disk"), MEGABYTES)) {
            Path temporary = Files.createDirectory(disk.folder().resolve("tmp"));
            Path cache = Files.createDirectory(disk.folder().resolve("cache"));
            Path half = plantHalfALibrary(cache);
            World world =
                    stage.world(
                            WorldSettings.usual()
                                    .withFlink(
                                            FlinkSettings.faults()
                                                    .withTaskManagers(1)
                                                    .withTaskManagerOptions(
                                                            "-Djava.io.tmpdir=" + temporary)
                                                    .withTaskManagerEnvironment(
                                                            "DJL_CACHE_DIR", cache.toString())));
            world.feed().send("good film", MESSAGES, Expectation.LABELLED);
            Path savepoint = startRun(world, disk, temporary, cache);
            String job = startJob(world, disk, temporary, savepoint);
            world.feed().send("bad food", MESSAGES, Expectation.LABELLED);
            CheckedRun run = world.settleAndCheck(job);
            checkNothingLeft(temporary, List.of());
            checkNothingLeft(cache, List.of(half));
            stage.note(
                    "run was refused twice, the job failed and named the folder, then both worked; %s",
                    run);
            world.close();
        }
    }

    /**
     * As another process leaves it that was killed while it wrote, where the library would look.
     */
    private static Path plantHalfALibrary(Path cache) throws IOException {
        Properties library = new Properties();
        try (InputStream in =
                LibUtils.class.getResourceAsStream("/native/lib/tokenizers.properties")) {
            library.load(in);
        }
        Path folder =
                cache.resolve("tokenizers")
                        .resolve(library.getProperty("version") + "-cpu-linux-x86_64");
        Files.createDirectories(folder);
        return Files.write(
                folder.resolve(System.mapLibraryName("tokenizers")), new byte[1_000_000]);
    }

    /** {@code run}: twice in vain, then until it has labelled all. */
    private static Path startRun(World world, SmallDisk disk, Path temporary, Path cache)
            throws IOException {
        Path config =
                world.config(
                        Map.of("checkpoint.directory", world.folder().resolve("run").toString()));
        disk.fill();
        checkRefused(run(world, 0, config, temporary, cache), temporary);
        disk.makeReadOnly();
        checkRefused(run(world, 1, config, temporary, cache), temporary);
        disk.makeWritable();
        disk.free();
        try (Node run = run(world, 2, config, temporary, cache)) {
            Waiting.until(
                    () -> "run labels %d messages:%n%s".formatted(MESSAGES, run.log()),
                    PATIENCE,
                    () -> {
                        Waiting.pause();
                        return world.committed().count() >= MESSAGES;
                    });
            run.terminate(PATIENCE);
            Matcher stopped = STOPPED.matcher(run.log());
            if (!stopped.find()) {
                throw new AssertionError("run did not stop in order:\n" + run.log());
            }
            return Path.of(stopped.group(1));
        }
    }

    private static Node run(World world, int start, Path config, Path temporary, Path cache) {
        String name = "run-" + start;
        return new Node(
                        name,
                        world.folder().resolve(name + ".log"),
                        List.of(
                                DistributionFolder.launcher().toString(),
                                "run",
                                "--config",
                                config.toString()),
                        Map.of(
                                "JAVA_HOME",
                                System.getProperty("java.home"),
                                "LABELSTREAM_JAVA_OPTS",
                                "-Djava.io.tmpdir=" + temporary,
                                "DJL_CACHE_DIR",
                                cache.toString()))
                .start();
    }

    private static void checkRefused(Node run, Path temporary) {
        int code = run.awaitEnd(PATIENCE);
        if (code == 0 || !run.log().contains(temporary.toString())) {
            throw new AssertionError(
                    "%s ended with %d, expected a failure that names %s:%n%s"
                            .formatted(run, code, temporary, run.log()));
        }
    }

    /** The job on one TaskManager: fails while there is no room, and goes on by itself with it. */
    private static String startJob(World world, SmallDisk disk, Path temporary, Path savepoint)
            throws IOException {
        disk.fillBut(HALF_A_LIBRARY);
        String job = world.submitOnly(Map.of(), "-s", savepoint.toUri().toString());
        awaitFailure(world, job, temporary);
        disk.makeReadOnly();
        awaitFailure(world, job, temporary);
        disk.makeWritable();
        disk.free();
        world.rest().awaitRunning(job, PATIENCE);
        return job;
    }

    private static void awaitFailure(World world, String job, Path temporary) {
        int before = world.rest().failures(job);
        Waiting.until(
                () -> "the job fails and names " + temporary + ": " + world.rest().rootCause(job),
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return world.rest().failures(job) > before
                            && world.rest()
                                    .rootCause(job)
                                    .contains("cannot be unpacked in " + temporary);
                });
    }

    private static void checkNothingLeft(Path folder, List<Path> allowed) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> left =
                    all.filter(Files::isRegularFile)
                            .filter(file -> !allowed.contains(file))
                            .toList();
            if (!left.isEmpty()) {
                throw new AssertionError("Files were left: " + left);
            }
        }
    }
}
