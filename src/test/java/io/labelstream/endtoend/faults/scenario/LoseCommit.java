package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Debugger;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.ReportedLoss;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything stands still between a checkpoint and its commit, for longer than the broker keeps the
 * transaction: its results are lost, and that is said.
 */
public final class LoseCommit implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F9";
    }

    @Override
    public String promise() {
        return "the whole job stopped (SIGSTOP) before a commit until its transaction has expired: the job ends FAILED, and names every lost message";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withFlink(FlinkSettings.faults().withDebugger())
                                .withJob("output.transaction-timeout", "10 s")
                                .withJob("checkpoint.timeout", "5 s"));
        String job = world.submit();
        world.rest().awaitCheckpoints(job, 3, PATIENCE);
        List<Node> all = new ArrayList<>(world.flink().taskManagers());
        all.add(world.flink().jobManager());
        try (Debugger debugger = world.flink().debugger(world.flink().taskManagerOf(job))) {
            Debugger.Held held = Commits.hold(debugger);
            all.forEach(Node::pause);
            Pause.of(Duration.ofSeconds(25));
            all.forEach(Node::resume);
            held.release();
        }
        String end = world.rest().awaitEnd(job, PATIENCE);
        String reason = world.rest().rootCause(job);
        if (!end.equals("FAILED") || !reason.contains("LostResultsException")) {
            throw new AssertionError("The job is %s, and says: %s".formatted(end, reason));
        }
        ReportedLoss first = ReportedLoss.in(reason);
        if (first.messages() == 0) {
            throw new AssertionError("No message is named as lost: " + reason);
        }

        Path newest = Checkpoints.newest(world, job);
        String next =
                world.submitOnly(
                        Map.of("output.lost-results", "report"), "-s", newest.toUri().toString());
        world.rest().awaitRunning(next, PATIENCE);
        world.awaitNewOutput();
        ReportedLoss whole = ReportedLoss.in(world.flink().logs());
        CheckedRun run = world.settleAndCheck(next, whole);
        stage.note(
                "FAILED with LostResultsException, which names %d messages of its slot; with output.lost-results: report the log names all %d, no other is missing, and the job goes on; %s",
                first.messages(), whole.messages(), run);
    }
}
