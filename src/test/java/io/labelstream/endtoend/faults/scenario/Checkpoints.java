package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The checkpoints that a job has left on disk. */
final class Checkpoints {

    private Checkpoints() {}

    static Path newest(World world, String job) {
        List<Path> all = complete(world, job);
        return all.get(all.size() - 1);
    }

    /** All complete ones, oldest first. */
    static List<Path> complete(World world, String job) {
        try (Stream<Path> found = Files.list(world.folder().resolve("checkpoints").resolve(job))) {
            return found.filter(path -> Files.isRegularFile(path.resolve("_metadata")))
                    .sorted(Comparator.comparingLong(Checkpoints::number))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The place of a checkpoint in the job's life, from 1. */
    static long number(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
    }
}
