package io.labelstream.endtoend.faults;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the fault bench; all of it is {@code src/test/faults}. */
class FaultsIT {

    @TempDir Path folder;

    @Test
    @Timeout(600)
    void everyMessageOnceThoughTaskManagersAndBrokersAreKilled() throws Exception {
        try (Stage stage = new Stage(folder, 1, said -> {})) {
            stage.play(new ShortForm());
        }
    }
}
