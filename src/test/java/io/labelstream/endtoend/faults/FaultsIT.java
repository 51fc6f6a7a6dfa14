package io.labelstream.endtoend.faults;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the fault bench; all of it is {@code src/test/faults}. */
class FaultsIT {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    @Timeout(600)
    void everyMessageOnceThoughTaskManagersAndBrokersAreKilled() {
        try (Stage stage = new Stage(folder, 1, said -> {})) {
            stage.play(new ShortForm());
        } catch (Exception | AssertionError e) {
            throw new AssertionError("The scenario failed; all logs are in " + folder, e);
        }
    }
}
