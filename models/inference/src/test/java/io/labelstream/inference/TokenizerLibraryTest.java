package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerLibraryTest {

    private static final String SETTING = "ENGINE_CACHE_DIR";

    @TempDir Path folder;

    @BeforeEach
    void set() {
        System.setProperty(SETTING, folder.toString());
    }

    @AfterEach
    void clear() {
        System.clearProperty(SETTING);
    }

    @Test
    void libraryIsUnpackedOnceItsFileIsThere() throws IOException {
        Path versions = folder.resolve("tokenizers");
        assertThat(TokenizerLibrary.folder()).isEqualTo(versions);
        assertThat(TokenizerLibrary.isUnpacked()).isFalse();

        Path version = Files.createDirectories(versions.resolve("1-cpu"));
        assertThat(TokenizerLibrary.isUnpacked()).isFalse();

        Files.createFile(version.resolve(System.mapLibraryName("tokenizers")));
        assertThat(TokenizerLibrary.isUnpacked()).isTrue();
    }
}
