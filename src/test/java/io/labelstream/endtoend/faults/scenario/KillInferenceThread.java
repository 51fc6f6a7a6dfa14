package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.Debugger;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.List;

/** What no program expects, thrown into the thread that runs the model. */
public final class KillInferenceThread implements Scenario {

    private static final List<String> ERRORS =
            List.of(
                    "java.lang.OutOfMemoryError",
                    "java.lang.LinkageError",
                    "java.lang.OutOfMemoryError",
                    "java.lang.StackOverflowError");
    private static final Duration PROMISED = Duration.ofSeconds(2);

    @Override
    public String id() {
        return "F25";
    }

    @Override
    public String promise() {
        return "OutOfMemoryError, LinkageError and StackOverflowError in the inference thread: the job fails over within 2 s, never a standstill";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(WorldSettings.usual().withFlink(FlinkSettings.faults().withDebugger()));
        String job = world.submit();
        long slowest = 0;
        for (String error : ERRORS) {
            int before = world.rest().failures(job);
            long thrown;
            try (Debugger debugger = world.flink().debugger(world.flink().taskManagerOf(job))) {
                Debugger.Held held = InferenceThread.hold(debugger);
                thrown = System.currentTimeMillis();
                held.fail(error);
            }
            Waiting.until(
                    () -> "the job fails over after " + error,
                    Duration.ofMinutes(1),
                    () -> {
                        Waiting.pause();
                        return world.rest().failures(job) > before;
                    });
            slowest = Math.max(slowest, world.rest().failureTimes(job).get(0) - thrown);
            world.rest().awaitRunning(job, Duration.ofMinutes(1));
            world.rest().awaitCheckpoints(job, 1, Duration.ofMinutes(1));
        }
        if (slowest > PROMISED.toMillis()) {
            throw new AssertionError("It took %d ms until the job failed over".formatted(slowest));
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%d errors, noticed after %d ms at most; %s", ERRORS.size(), slowest, run);
    }
}
