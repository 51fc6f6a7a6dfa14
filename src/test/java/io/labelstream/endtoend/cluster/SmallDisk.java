package io.labelstream.endtoend.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system in memory that is soon full. Needs the right to mount. */
public final class SmallDisk implements AutoCloseable {

    private final Path folder;
    private final Path filler;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.filler = folder.resolve("filler");
    }

    /**
     * Mounts it.
     *
     * @throws MissingMeansException where that is not allowed
     */
    public static SmallDisk mount(Path folder, int megabytes) throws IOException {
        Files.createDirectories(folder);
        try {
            Command.run(
                    "mount",
                    "-t",
                    "tmpfs",
                    "-o",
                    "size=" + megabytes + "m",
                    "tmpfs",
                    folder.toString());
        } catch (AssertionError e) {
            throw new MissingMeansException("needs the right to mount: " + e.getMessage());
        }
        return new SmallDisk(folder);
    }

    public Path folder() {
        return folder;
    }

    /** Takes all the room there is. */
    public void fill() {
        byte[] block = new byte[4096];
        try (OutputStream out =
                Files.newOutputStream(
                        filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Takes all the room but so much. */
    public void fillBut(int megabytes) throws IOException {
        fill();
        try (RandomAccessFile file = new RandomAccessFile(filler.toFile(), "rw")) {
            file.setLength(file.length() - ((long) megabytes << 20));
        }
    }

    /** Gives the room back. */
    public void free() {
        try {
            Files.deleteIfExists(filler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes no writes any more, whoever's they are. */
    public void makeReadOnly() {
        // This way to the disk, not the disk: files that are in use, though deleted, forbid that.
        Command.run("mount", "-o", "remount,bind,ro", folder.toString());
    }

    /** Takes writes again. */
    public void makeWritable() {
        Command.run("mount", "-o", "remount,bind,rw", folder.toString());
    }

    /** Unmounts it, with all it holds. */
    @Override
    public void close() {
        Command.run("umount", "-l", folder.toString());
    }
}
