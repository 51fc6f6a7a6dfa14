package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.Debugger;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.faults.ReportedLoss;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The job is away for so long that Kafka has even forgotten the transactional ids that its
 * checkpoint names: 20 seconds here, a week by default.
 */
public final class ForgetTransaction implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F10";
    }

    @Override
    public String promise() {
        return "everything killed before a commit, and away until Kafka has forgotten the transactional id: the job ends FAILED at once, and its exception names the lost messages of one slot of a sink; told to go on (output.lost-results: report), its log names all of them, and none else";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withFlink(FlinkSettings.faults().withDebugger())
                                .withKafka("transactional.id.expiration.ms", "20000")
                                .withKafka(
                                        "transaction.remove.expired.transaction.cleanup.interval.ms",
                                        "1000")
                                .withJob("output.transaction-timeout", "10 s")
                                .withJob("checkpoint.timeout", "5 s")
                                // What another TaskManager had committed would be forgotten as
                                // well, and reported: nobody could know any more.
                                .withJob("job.parallelism", "1"));
        String job = world.submit();
        world.rest().awaitCheckpoints(job, 3, PATIENCE);
        try (Debugger debugger = world.flink().debugger(world.flink().taskManagerOf(job))) {
            // What one of two sinks had committed would be forgotten, too: strike before either
            // does.
            world.rest().awaitCheckpoints(job, 1, PATIENCE);
            Commits.freeze(debugger);
            world.flink().kill();
        }
        Waiting.until(
                () -> "Kafka has forgotten " + world.kafka().transactionalIds(World.PREFIX),
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return world.kafka().transactionalIds(World.PREFIX).isEmpty();
                });
        world.flink().restart();
        Path newest = Checkpoints.newest(world, job);
        String next = world.submitOnly(Map.of(), "-s", newest.toUri().toString());
        ReportedLoss first = LostResults.awaitEnd(world, next);
        int failures = world.rest().failures(next);
        if (failures != 1) {
            throw new AssertionError(
                    "The job failed %d times, expected to end with the first".formatted(failures));
        }
        String rest = LostResults.goOn(world, newest, first);
        stage.note(
                "FAILED at the first attempt with LostResultsException, which names %d messages; %s",
                first.messages(), rest);
    }
}
