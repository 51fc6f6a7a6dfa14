package io.labelstream.inference;

import ai.djl.util.Utils;
import java.nio.file.Path;

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
}
