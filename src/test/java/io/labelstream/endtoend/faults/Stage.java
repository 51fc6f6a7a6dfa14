package io.labelstream.endtoend.faults;

import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Where a scenario is played: its folder, its chance, and what it has to tell. */
public final class Stage implements AutoCloseable {

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

    @Override
    public void close() {
        worlds.forEach(World::close);
    }
}
