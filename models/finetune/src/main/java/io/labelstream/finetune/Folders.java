package io.labelstream.finetune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What the file system does for files only. */
public final class Folders {

    private Folders() {}

    /**
     * Deletes a folder with all that it holds. Links in it are deleted, and not followed.
     *
     * @throws IOException if it cannot be deleted; some of it may be gone by then
     */
    public static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
