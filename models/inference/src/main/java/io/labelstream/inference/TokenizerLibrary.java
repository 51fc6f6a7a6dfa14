package io.labelstream.inference;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The native library behind {@link TextTokenizer}. Loads nothing of it. */
public final class TokenizerLibrary {

    private TokenizerLibrary() {}

    /**
     * Where the library is unpacked when it is first used: {@code ENGINE_CACHE_DIR}, else {@code
     * DJL_CACHE_DIR}, else {@code .djl.ai} in the home folder. Need not exist.
     */
    public static Path folder() {
        return Utils.getEngineCacheDir("tokenizers");
    }

    /** Whether a version of it was unpacked before, so that the folder may be a read-only one. */
    public static boolean isUnpacked() throws IOException {
        if (!Files.isDirectory(folder())) {
            return false;
        }
        try (Stream<Path> files = Files.walk(folder(), 2)) {
            return files.anyMatch(
                    file ->
                            file.getFileName()
                                    .toString()
                                    .equals(System.mapLibraryName("tokenizers")));
        }
    }
}
