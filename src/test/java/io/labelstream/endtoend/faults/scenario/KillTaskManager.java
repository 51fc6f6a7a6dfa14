package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.DistributionFolder;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/**
 * kill -9 of a TaskManager with batches in flight, again and again. With the tiny model these are
 * slow texts, and a kill after a checkpoint comes after one that has some of them in its state.
 */
public final class KillTaskManager implements Scenario {

    private static final int KILLS = 20;
    private static final int SLOW_TEXTS = 120;
    private static final int IN_FLIGHT = 10;
    private static final int KILLS_AS_SHIPPED = 5;
    private static final Duration PROMISED = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "F1";
    }

    @Override
    public String promise() {
        return "kill -9 of a TaskManager with texts in flight, 20 times: right after a checkpoint, and at random moments; and 5 times with a real model and the shipped configuration: committed output within 30 s";
    }

    @Override
    public void play(Stage stage) throws Exception {
        withATinyModel(stage);
        withTheShippedConfiguration(stage);
    }

    private static void withATinyModel(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual().withJob("batch.max-rows", "8"));
        String job = world.submit();
        Recoveries recoveries = new Recoveries(world, job, PROMISED);
        for (int kill = 0; kill < KILLS; kill++) {
            world.rest().awaitCheckpoints(job, 1, PATIENCE);
            SlowTexts.send(world, SLOW_TEXTS);
            if (kill % 2 == 0) {
                // It begins now that these have been sent: some of them are in its state.
                world.rest().awaitCheckpoints(job, 1, PATIENCE);
            } else {
                Pause.of(Duration.ofMillis(stage.random().nextInt(1500)));
            }
            SlowTexts.requireWaiting(world, IN_FLIGHT);
            killOnce(world, job, recoveries);
        }
        CheckedRun run = world.settleAndCheck(job);
        if (run.aborted() == 0) {
            throw new AssertionError("No aborted record was seen: the run proves nothing");
        }
        stage.note("%d kills; %s; %s", KILLS, recoveries, run);
        world.close();
    }

    /** A real model, {@code conf/flink-config.yaml}, and the job's defaults. */
    private static void withTheShippedConfiguration(Stage stage) throws Exception {
        FlinkSettings flink = FlinkSettings.faults().withHeap(1024).shipped();
        World world =
                stage.world(
                        WorldSettings.shipped()
                                .withFlink(flink)
                                .withModel(DistributionFolder.model("sentiment-en"))
                                .withRate(20));
        String job = world.submit();
        Recoveries recoveries = new Recoveries(world, job, PROMISED);
        for (int kill = 0; kill < KILLS_AS_SHIPPED; kill++) {
            world.rest().awaitCheckpoints(job, 1, PROMISED);
            killOnce(world, job, recoveries);
            world.rest().awaitSlots(4);
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note(
                "with sentiment-en and the shipped configuration %d kills; %s; %s",
                KILLS_AS_SHIPPED, recoveries, run);
    }

    private static void killOnce(World world, String job, Recoveries recoveries) {
        Node victim = world.flink().taskManagerOf(job);
        recoveries.of(victim::kill);
        victim.start();
    }
}
