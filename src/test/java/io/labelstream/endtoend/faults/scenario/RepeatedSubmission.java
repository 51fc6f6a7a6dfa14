package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.DistributionFolder;
import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.FlinkRest;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One session cluster, many lives of the job, each from the newest checkpoint of the one before. By
 * way of REST: the jar's main method runs in the JobManager, which then must not grow either.
 */
public final class RepeatedSubmission implements Scenario {

    private static final int LIVES = 20;
    private static final int WARM = 5;
    private static final int MESSAGES = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public String id() {
        return "F27";
    }

    @Override
    public String promise() {
        return "20 submissions of the job jar (by REST) in one session cluster, cancelled each time: exactly once over all lives; metaspace, resident memory, class loaders and temporary files of JobManager and TaskManager stay; a jar that bundles ONNX Runtime and the tokenizer is refused with advice, nothing loaded";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withFlink(
                                        FlinkSettings.faults()
                                                .withTaskManagers(1)
                                                // A heap that does not grow.
                                                .withTaskManagerOptions(
                                                        "-Xms640m",
                                                        "-XX:+AlwaysPreTouch",
                                                        // Else what is held softly stays for
                                                        // minutes, and its class loader with it.
                                                        "-XX:SoftRefLRUPolicyMSPerMB=0")
                                                // Else Flink keeps the jars of jobs for an hour.
                                                .with("blob.service.cleanup.interval", "1"))
                                .withJob("checkpoint.interval", "500 ms"));
        List<Node> processes = List.of(world.flink().jobManager(), world.flink().taskManager(0));
        refuseWrongJar(stage, world, processes);

        FlinkRest rest = world.rest();
        Path config = world.config(Map.of());
        String jar = rest.upload(DistributionFolder.jobJar());
        Path newest = null;
        ClusterFootprint warm = null;
        for (int life = 1; life <= LIVES; life++) {
            String job = rest.run(jar, config, newest);
            rest.awaitRunning(job, PATIENCE);
            live(world);
            rest.cancel(job);
            newest = Checkpoints.newest(world, job);
            if (life == WARM) {
                warm = ClusterFootprint.of(processes, world.flink().temporary());
            }
        }
        ClusterFootprint after = ClusterFootprint.of(processes, world.flink().temporary());
        after.checkNoMoreThan(warm);
        String last = rest.run(jar, config, newest);
        CheckedRun run = world.settleAndCheck(last);
        stage.note("after %d lives: %s; after %d: %s; %s", WARM, warm, LIVES, after, run);
    }

    /** Some results are committed, others are under way when it returns. */
    private static void live(World world) {
        int before = world.committed().count();
        world.feed().send("good film", MESSAGES, Expectation.LABELLED);
        Waiting.until(
                "output is committed",
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return world.committed().count() >= before + MESSAGES;
                });
        world.feed().send("bad food", MESSAGES, Expectation.LABELLED);
    }

    private static void refuseWrongJar(Stage stage, World world, List<Node> processes)
            throws IOException {
        Path wrong = BundlingJar.write(stage.folder().resolve("bundles-natives.jar"));
        String refusal = refusal(world.rest(), wrong, world.config(Map.of()));
        if (!refusal.contains("comes from the job's own jar")
                || !refusal.contains("copy flink-lib/*.jar into lib/")) {
            throw new AssertionError(
                    "A job whose jar bundles native libraries is refused without advice: "
                            + refusal);
        }
        for (Node process : processes) {
            int loaded = Footprint.libraries(Path.of("/proc/" + process.pid() + "/maps"));
            if (loaded > 0) {
                throw new AssertionError(
                        "%s has loaded %d native libraries of a job that was refused"
                                .formatted(process, loaded));
            }
        }
    }

    private static String refusal(FlinkRest rest, Path jar, Path config) {
        String job;
        try {
            job = rest.run(rest.upload(jar), config, null);
        } catch (AssertionError e) {
            return e.getMessage();
        }
        throw new AssertionError(
                "A job whose jar bundles native libraries was taken: it is %s"
                        .formatted(rest.state(job)));
    }
}
