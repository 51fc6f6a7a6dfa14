package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Going on from a checkpoint that is not the newest writes again what was committed since. */
public final class RestoreOlder implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F14";
    }

    @Override
    public String promise() {
        return "restore from an older checkpoint: what was committed since is written again, nothing else is, and nothing is lost ('run' asks for --allow-replay first: RunRestartIT)";
    }

    @Override
    public void play(Stage stage) throws Exception {
        StoppedJob stopped = StoppedJob.after(stage, 5);
        World world = stopped.world();
        Path older = stopped.newestBut(2);
        int kept = stopped.committedBy(older);
        String next = world.submitOnly(Map.of(), "-s", older.toUri().toString());
        world.rest().awaitRunning(next, PATIENCE);
        CheckedRun run = world.settleAndCheckReplay(next, kept);
        if (kept == 0 || run.replayed() == 0) {
            throw new AssertionError(
                    "%d records were committed before the checkpoint and %d written again: the test proves nothing"
                            .formatted(kept, run.replayed()));
        }
        stage.note(
                "from %s, newest was %s: %d results twice, each in one span of its partition, and none of the %d that had been committed by then; %s",
                older.getFileName(), stopped.newestBut(0).getFileName(), run.replayed(), kept, run);
    }
}
