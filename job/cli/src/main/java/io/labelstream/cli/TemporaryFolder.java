package io.labelstream.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A folder that only this user can read and that is gone after {@link #close}, or when the process
 * ends without it. Safe for use by several threads.
 */
public final class TemporaryFolder implements AutoCloseable {

    private final Path path;
    private final Thread hook;

    /** Makes {@code PREFIX...} in the system's folder for temporary files. */
    public TemporaryFolder(String prefix) throws IOException {
        this(Path.of(System.getProperty("java.io.tmpdir")), prefix);
    }

    /** Makes {@code PREFIX...} in a folder, which is made if missing. */
    public TemporaryFolder(Path parent, String prefix) throws IOException {
        this.path = Files.createTempDirectory(Files.createDirectories(parent), prefix);
        this.hook = new Thread(() -> delete(path), prefix + "remove");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The folder. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        delete(path);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs, and finds nothing.
        }
    }

    /** Deletes a folder, as far as it can: threads that are being stopped may still write. */
    public static void delete(Path folder) {
        for (int attempt = 0; attempt < 5 && Files.exists(folder); attempt++) {
            try {
                Files.walkFileTree(folder, new Deletion());
            } catch (IOException e) {
                // A file appeared in a folder that was just emptied: try again.
            }
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
