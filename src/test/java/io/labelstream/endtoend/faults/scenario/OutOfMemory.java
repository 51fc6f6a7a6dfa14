package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.inference.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The heap, then the metaspace, of a TaskManager is too small for what comes. */
public final class OutOfMemory implements Scenario {

    private static final String ENOUGH = "-Xmx900m -XX:MaxMetaspaceSize=256m";
    private static final String SMALL_HEAP = "-Xmx160m";

    /** Enough for Flink, but not for the job. */
    private static final String SMALL_METASPACE = "-Xmx900m -XX:MaxMetaspaceSize=56m";

    /** What Java says then. */
    private static final int EXIT_ON_OUT_OF_MEMORY = 3;

    private static final int LARGE_MESSAGES = 250;
    private static final int LARGE_BYTES = 900_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Override
    public String id() {
        return "F29";
    }

    @Override
    public String promise() {
        return "a TaskManager without heap for large messages, then without metaspace for the job, with the shipped conf/flink-config.yaml: it exits with the first OutOfMemoryError, never a zombie; started again with more, the job goes on";
    }

    @Override
    public void play(Stage stage) throws Exception {
        Path options = stage.folder().resolve("options");
        Files.writeString(options, SMALL_HEAP);
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withFlink(
                                        FlinkSettings.faults()
                                                .withTaskManagers(1)
                                                // Java reads this file at each start.
                                                .withTaskManagerOptions("@" + options)
                                                .shipped()));
        Node taskManager = world.flink().taskManager(0);
        String job = world.submit();
        world.rest().awaitCheckpoints(job, 2, PATIENCE);

        world.feed().send(largeText(), LARGE_MESSAGES, Expectation.LABELLED);
        long heap = awaitExit(taskManager, "Java heap space");
        startWith(ENOUGH, options, taskManager);
        world.awaitNewOutput();

        taskManager.kill();
        startWith(SMALL_METASPACE, options, taskManager);
        long metaspace = awaitExit(taskManager, "Metaspace");
        startWith(ENOUGH, options, taskManager);
        world.awaitNewOutput();

        int restarts = world.rest().failures(job);
        CheckedRun run = world.settleAndCheck(job);
        stage.note(
                "it exited %d s after the messages were sent, and %d s after its own start; %d restarts; %s",
                heap, metaspace, restarts, run);
    }

    /** Slow enough that messages wait, in the heap. */
    private static String largeText() {
        String words = (TinyBundle.SLOW_WORD + " ").repeat(20);
        return words + " ".repeat(LARGE_BYTES - words.length()) + "end";
    }

    /** Seconds that it took. */
    private static long awaitExit(Node taskManager, String full) {
        long start = System.nanoTime();
        int code = taskManager.awaitEnd(PATIENCE);
        String said = "Terminating due to java.lang.OutOfMemoryError: " + full;
        if (code != EXIT_ON_OUT_OF_MEMORY || !taskManager.log().contains(said)) {
            throw new AssertionError(
                    "%s ended with %d, expected %d, and '%s':%n%s"
                            .formatted(
                                    taskManager,
                                    code,
                                    EXIT_ON_OUT_OF_MEMORY,
                                    said,
                                    taskManager.log()));
        }
        return Duration.ofNanos(System.nanoTime() - start).toSeconds();
    }

    private static void startWith(String memory, Path options, Node taskManager)
            throws IOException {
        Files.writeString(options, memory);
        taskManager.start();
    }
}
