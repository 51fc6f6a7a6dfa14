package io.labelstream.endtoend.faults;

import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.util.IOUtils;

/** Where a scenario is played: its folder, its chance, and what it has to tell. */
public final class Stage implements AutoCloseable {

    /** What a process has printed; a broker's data, whose files are named by numbers, is none. */
    private static final String LOG = "\\D.*\\.log";

    /** Written by a JVM that has crashed in native code. */
    private static final String CRASH = "hs_err.*";

    private final Path folder;
    private final Random random;
    private final Consumer<String> progress;
    private final List<String> notes = new ArrayList<>();
    private final List<World> worlds = new ArrayList<>();

    /**
     * Sets the stage.
     *
     * @param folder for all that is made; empty
     * @param seed makes chance the same again
     * @param progress takes a sentence now and then
     */
    public Stage(Path folder, long seed, Consumer<String> progress) {
        this.folder = folder;
        this.progress = progress;
        this.random = new Random(seed);
    }

    public Path folder() {
        return folder;
    }

    public Random random() {
        return random;
    }

    /** Starts brokers and a Flink cluster, which end with the scenario. */
    public World world(WorldSettings settings) throws IOException {
        Path own = folder.resolve("world-" + worlds.size());
        Files.createDirectories(own);
        World world = World.start(own, settings);
        worlds.add(world);
        return world;
    }

    /** Adds something that was seen to the result. */
    @FormatMethod
    public void note(String format, Object... values) {
        notes.add(format.formatted(values));
    }

    /** Says at once what goes on, in a scenario that takes long. */
    @FormatMethod
    void progress(String format, Object... values) {
        progress.accept(format.formatted(values));
    }

    String notes() {
        return String.join("; ", notes);
    }

    /**
     * Plays a scenario to its end, then looks at what all its processes have printed: no text of a
     * message, no secret, and no crash of native code.
     *
     * @throws AssertionError if a promise is broken
     */
    void play(Scenario scenario) throws Exception {
        scenario.play(this);
        List<String> wrong = new ArrayList<>();
        Path[] logs = files(LOG);
        if (logs.length == 0) {
            throw new AssertionError("No process of the scenario has a log in " + folder);
        }
        new PrivacyCheck(PrivacyCheck.TEXT_CANARY, PrivacyCheck.SECRET_CANARY)
                .searchFiles(logs)
                .found()
                .forEach(found -> wrong.add(found.toString()));
        for (Path crash : files(CRASH)) {
            wrong.add("a process has crashed: " + crash);
        }
        if (!wrong.isEmpty()) {
            throw new AssertionError(String.join("; ", wrong));
        }
    }

    private Path[] files(String name) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.getFileName().toString().matches(name))
                    .toArray(Path[]::new);
        }
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(worlds, Throwable.class);
    }
}
