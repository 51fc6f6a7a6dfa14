package io.labelstream.endtoend.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
     * @param name for people; the group's own holds the number of this process too, so that one
     *     that was left does not stand in the way
     * @throws MissingMeansException where that is not allowed
     */
    public static MemoryLimit create(String name, long bytes) {
        Path group = ROOT.resolve(name + "-" + ProcessHandle.current().pid());
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

    /**
     * Changes the limit.
     *
     * @throws IOException if more is in use, and cannot be reclaimed
     */
    public void set(long bytes) throws IOException {
        write("memory.limit_in_bytes", Long.toString(bytes));
    }

    /**
     * Lowers the limit to what its processes cannot do without at the moment: the next page that
     * one of them asks for is one too much.
     */
    public void tighten() throws IOException {
        // Else there would be room in place of files that were read.
        write("memory.force_empty", "0");
        String used = Files.readString(group.resolve("memory.usage_in_bytes")).strip();
        try {
            set(Long.parseLong(used));
        } catch (IOException e) {
            // It took more before the limit was there.
        }
    }

    /**
     * What stands before the command of a process that shall be in the group from its first page
     * on: those that it had before are not counted.
     */
    List<String> launcher() {
        return List.of(
                "sh",
                "-c",
                "echo $$ > \"$0\" && exec \"$@\"",
                group.resolve("cgroup.procs").toString());
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
