package io.labelstream.inference;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Native code of a jar as files, in a new folder that only this user may enter; gone after {@link
 * #close}. Used by one thread.
 */
final class UnpackedLibrary implements AutoCloseable {

    private final Path folder;
    private final List<String> files;

    private UnpackedLibrary(Path folder, List<String> files) {
        this.folder = folder;
        this.files = files;
    }

    /**
     * Unpacks files of a jar.
     *
     * @param library a class of that jar
     * @param where their folder in the jar
     * @param parent where to make the folder
     * @throws IOException if there is no room for them; what was written is removed
     */
    static UnpackedLibrary unpack(Class<?> library, String where, List<String> files, Path parent)
            throws IOException {
        // Of mode 0700, under a name that nobody can foresee.
        Path folder = Files.createTempDirectory(parent, "labelstream-natives-");
        UnpackedLibrary unpacked = new UnpackedLibrary(folder, files);
        boolean done = false;
        try {
            for (String file : files) {
                try (InputStream in = library.getResourceAsStream(where + file)) {
                    Files.copy(in, folder.resolve(file));
                }
            }
            done = true;
            return unpacked;
        } finally {
            if (!done) {
                unpacked.close();
            }
        }
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        for (String file : files) {
            Files.deleteIfExists(folder.resolve(file));
        }
        Files.deleteIfExists(folder);
    }
}
