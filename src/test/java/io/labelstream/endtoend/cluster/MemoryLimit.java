package io.labelstream.endtoend.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A control group (version 1) that kills what takes more memory, as a container does. */
public final class MemoryLimit implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup/memory");

    private final Path group;

    private MemoryLimit(Path group) {
        this.group = group;
    }

    /**
     * Makes a group.
     *
     * @throws MissingMeansException where that is not allowed
     */
    public static MemoryLimit create(String name, long bytes) {
        Path group = ROOT.resolve(name);
        try {
            Files.createDirectory(group);
            MemoryLimit limit = new MemoryLimit(group);
            limit.set(bytes);
            return limit;
        } catch (IOException e) {
            throw new MissingMeansException(
                    "needs to make a memory control group (version 1): " + e);
        }
    }

    /** Changes the limit; what is above is reclaimed or killed. */
    public void set(long bytes) throws IOException {
        write("memory.limit_in_bytes", Long.toString(bytes));
    }

    /** Puts a process into the group. */
    public void add(Node node) throws IOException {
        write("cgroup.procs", Long.toString(node.pid()));
    }

    private void write(String file, String value) throws IOException {
        Files.write(group.resolve(file), value.getBytes(StandardCharsets.US_ASCII));
    }

    /** Removes the group, whose processes must have ended. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(group);
    }
}
