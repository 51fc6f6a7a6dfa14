package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.GuaranteeChecker.Range;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.LoadFeed;
import io.labelstream.endtoend.faults.ReportedLoss;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The input grows by a partition, and loses messages before they are read. */
public final class ChangePartitions implements Scenario {

    private static final int DISCOVERY_SECONDS = 3;
    private static final int DELETED = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F34";
    }

    @Override
    public String promise() {
        return "a partition added to the input is found within the discovery interval and read from its beginning; where messages are deleted before they are read, the job ends FAILED and says where, or skips just them if told to";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withJob(
                                        "kafka.source.partition.discovery.interval.ms",
                                        Integer.toString(DISCOVERY_SECONDS * 1000)));
        String job = world.submit();
        world.rest().awaitCheckpoints(job, 3, PATIENCE);
        addPartition(stage, world);
        deleteUnread(stage, world, job);
    }

    private static void addPartition(Stage stage, World world) {
        world.feed().pause();
        world.awaitOutcomes();
        world.kafka().addPartitions(World.INPUT, World.PARTITIONS + 1);
        long start = System.nanoTime();
        LoadFeed more = world.addFeed(World.INPUT, "feed-of-more");
        more.send("good film", 50, Expectation.LABELLED);
        more.awaitAllAcknowledged(PATIENCE);
        world.awaitOutcomes();
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        if (world.kafka().endOffset(World.INPUT, World.PARTITIONS) != 10) {
            throw new AssertionError("The new partition was not fed: the run proves nothing");
        }
        // One interval, and a little for the way to the output.
        if (seconds > DISCOVERY_SECONDS + 10) {
            throw new AssertionError(
                    "The new partition was found after %d s, discovery runs every %d s"
                            .formatted(seconds, DISCOVERY_SECONDS));
        }
        stage.note(
                "messages of a new partition were labelled within %d s (discovery every %d s)",
                seconds, DISCOVERY_SECONDS);
    }

    private static void deleteUnread(Stage stage, World world, String job) throws Exception {
        // All is read: the job stands at the end of every partition.
        long next = world.kafka().endOffset(World.INPUT, 0);
        String savepoint =
                world.rest().stop(job, world.folder().resolve("savepoints").toString(), false);
        world.feed().send("bad film", 40 * World.PARTITIONS, Expectation.LABELLED);
        world.feed().awaitAllAcknowledged(PATIENCE);
        world.kafka().deleteBefore(World.INPUT, 0, next + DELETED);

        String refused = world.submitOnly(Map.of(), "-s", savepoint);
        String end = world.rest().awaitEnd(refused, PATIENCE);
        String reason = world.rest().rootCause(refused);
        String named = "%s-0 offset %d,".formatted(World.INPUT, next);
        if (!end.equals("FAILED")
                || !reason.contains("MissingMessagesException")
                || !reason.contains(named)) {
            throw new AssertionError(
                    "The job is %s, expected one that names %s: %s".formatted(end, named, reason));
        }

        String told = world.submitOnly(Map.of("input.missing-messages", "skip"), "-s", savepoint);
        world.rest().awaitRunning(told, PATIENCE);
        Range deleted = new Range(World.INPUT, 0, next, next + DELETED - 1);
        CheckedRun run = world.settleAndCheck(told, new ReportedLoss(List.of(deleted), DELETED));
        LostResults.checkMissing(world, run, DELETED);
        if (!world.flink()
                .logs()
                .contains("is out of range for partition %s-0".formatted(World.INPUT))) {
            throw new AssertionError("No log says that messages were skipped");
        }
        stage.note(
                "%d messages deleted before they were read: FAILED with MissingMessagesException, which names partition and offset; with input.missing-messages: skip these are missing, no other is, and the job goes on; %s",
                DELETED, run);
    }
}
