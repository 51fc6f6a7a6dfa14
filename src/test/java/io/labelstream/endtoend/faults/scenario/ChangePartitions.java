package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.Waiting;
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
import java.util.ArrayList;
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
        return "a partition added to the input is found within the discovery interval and read from its beginning; where messages are deleted before they are read, also the first ones of a partition, the job ends FAILED and says where, or skips just them if told to";
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

    /** Of a partition that is read, and of one of which no message was there to be read. */
    private static void deleteUnread(Stage stage, World world, String first) throws Exception {
        int empty = World.PARTITIONS + 1;
        world.kafka().addPartitions(World.INPUT, empty + 1);
        Pause.of(Duration.ofSeconds(2 * DISCOVERY_SECONDS));
        world.rest().awaitCheckpoints(first, 2, PATIENCE);
        LoadFeed all = world.addFeed(World.INPUT, "feed-of-all");
        List<Range> deleted = new ArrayList<>();
        String job = first;
        for (int partition : List.of(empty, 0)) {
            long next = world.kafka().endOffset(World.INPUT, partition);
            job = deleteUnread(world, job, all, partition, next);
            deleted.add(new Range(World.INPUT, partition, next, next + DELETED - 1));
            world.awaitOutcomes(DELETED * deleted.size());
        }
        int lost = DELETED * deleted.size();
        CheckedRun run = world.settleAndCheck(job, new ReportedLoss(deleted, lost));
        LostResults.checkMissing(world, run, lost);
        stage.note(
                "%d messages deleted before they were read, half of them of a partition that had been empty: FAILED with MissingMessagesException, which names partition and offset; with input.missing-messages: skip these are missing, no other is, and the job goes on; %s",
                lost, run);
    }

    /**
     * While the job is away.
     *
     * @param next the offset of the partition at which the job stands
     * @return the job that goes on, told to skip
     */
    private static String deleteUnread(
            World world, String job, LoadFeed feed, int partition, long next) throws Exception {
        String savepoint =
                world.rest().stop(job, world.folder().resolve("savepoints").toString(), false);
        feed.send("bad film", 40 * (World.PARTITIONS + 2), Expectation.LABELLED);
        feed.awaitAllAcknowledged(PATIENCE);
        world.kafka().deleteBefore(World.INPUT, partition, next + DELETED);

        String refused = world.submitOnly(Map.of(), "-s", savepoint);
        String end = world.rest().awaitEnd(refused, PATIENCE);
        String reason = world.rest().rootCause(refused);
        String named = "%s-%d offset %d,".formatted(World.INPUT, partition, next);
        if (!end.equals("FAILED")
                || !reason.contains("MissingMessagesException")
                || !reason.contains(named)) {
            throw new AssertionError(
                    "The job is %s, expected one that names %s: %s".formatted(end, named, reason));
        }

        String told = world.submitOnly(Map.of("input.missing-messages", "skip"), "-s", savepoint);
        world.rest().awaitRunning(told, PATIENCE);
        String logged = "is out of range for partition %s-%d".formatted(World.INPUT, partition);
        Waiting.until(
                "a log says that messages were skipped",
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return world.flink().logs().contains(logged);
                });
        return told;
    }
}
