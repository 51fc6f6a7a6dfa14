package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Debugger;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.ReportedLoss;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
        return "the whole job stopped (SIGSTOP) before a commit until its transaction has expired: the job ends FAILED, and its exception names the lost messages of one slot of a sink; told to go on (output.lost-results: report), its log names all of them, and none else";
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
        ReportedLoss first = LostResults.awaitEnd(world, job);
        String rest = LostResults.goOn(world, Checkpoints.newest(world, job), first);
        stage.note(
                "FAILED with LostResultsException, which names %d messages of its slot; %s",
                first.messages(), rest);
    }
}
