package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.FlinkSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Faults of all kinds, one after the other, in an order that the seed decides, while the input goes
 * on. Dead processes are started again, as an operator's supervisor does; nothing else is done by
 * hand.
 */
final class Soak implements Scenario {

    private static final int LONGEST_CALM_MILLIS = 3000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int RATE = 50;

    /** What a feed sends of that on a busy machine. */
    private static final double LEAST_OF_RATE = 0.95;

    private static final Duration WHOLE = Duration.ofMinutes(30);
    private static final int LEAST_FAULTS = 100;
    private static final int LEAST_RESTARTING = 40;
    private static final int LEAST_OF_KIND = 5;

    private final Duration time;

    Soak(Duration time) {
        this.time = time;
    }

    @Override
    public String id() {
        return "soak";
    }

    @Override
    public String promise() {
        return "random faults for %d minutes under a load that never pauses: nothing lost, doubled or reordered, and no step by hand"
                .formatted(time.toMinutes());
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withRate(RATE)
                                .withFlink(FlinkSettings.faults().withDebugger())
                                .withJob("batch.run-timeout", "2 s"));
        String job = world.submit();
        Map<SoakFault, Integer> struck = new EnumMap<>(SoakFault.class);
        int restarting = 0;
        long start = System.nanoTime();
        long end = start + time.toNanos();
        List<SoakFault> round = List.of();
        for (int next = 0; System.nanoTime() < end; next++) {
            if (next % roundSize() == 0) {
                round = shuffled(stage);
            }
            SoakFault fault = round.get(next % roundSize());
            int failures = world.rest().failures(job);
            fault.strike(world, job, stage.random());
            if (fault.restarting()) {
                awaitFailure(world, job, failures, fault);
            }
            world.awaitNewOutput();
            world.rest().awaitRunning(job, PATIENCE);
            Thread.sleep(stage.random().nextInt(LONGEST_CALM_MILLIS));
            struck.merge(fault, 1, Integer::sum);
            boolean restarted = world.rest().failures(job) > failures;
            restarting += restarted ? 1 : 0;
            stage.progress(
                    "%d %s%s, %d messages",
                    next + 1, fault, restarted ? ": restart" : "", world.feed().acknowledged());
        }
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        int restarts = world.rest().failures(job);
        CheckedRun run = world.settleAndCheck(job);
        if (run.aborted() == 0) {
            throw new AssertionError("No aborted record was seen: the run proves nothing");
        }
        if (run.messages() < LEAST_OF_RATE * RATE * seconds) {
            throw new AssertionError(
                    "The input paused: %d messages in %d s, expected %d a second"
                            .formatted(run.messages(), seconds, RATE));
        }
        if (time.compareTo(WHOLE) >= 0) {
            checkHard(struck, restarting);
        }
        stage.note(
                "%d faults (%s); %d of them restarted the job, %d restarts in all; %s",
                sum(struck),
                struck.entrySet().stream()
                        .map(kind -> kind.getKey() + " " + kind.getValue())
                        .collect(Collectors.joining(", ")),
                restarting,
                restarts,
                run);
    }

    private static void awaitFailure(World world, String job, int before, SoakFault fault) {
        Waiting.until(
                "the job fails by " + fault,
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return world.rest().failures(job) > before;
                });
    }

    /** What a whole run must have gone through; a shorter one is for trying things. */
    private static void checkHard(Map<SoakFault, Integer> struck, int restarting) {
        for (SoakFault kind : SoakFault.values()) {
            if (struck.getOrDefault(kind, 0) < LEAST_OF_KIND) {
                throw new AssertionError(
                        "%s struck too seldom, expected %d times: %s"
                                .formatted(kind, LEAST_OF_KIND, struck));
            }
        }
        if (sum(struck) < LEAST_FAULTS || restarting < LEAST_RESTARTING) {
            throw new AssertionError(
                    "%d faults, %d of which restarted the job, expected %d and %d: %s"
                            .formatted(
                                    sum(struck),
                                    restarting,
                                    LEAST_FAULTS,
                                    LEAST_RESTARTING,
                                    struck));
        }
    }

    private static int sum(Map<SoakFault, Integer> struck) {
        return struck.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static int roundSize() {
        int size = 0;
        for (SoakFault fault : SoakFault.values()) {
            size += fault.weight();
        }
        return size;
    }

    private static List<SoakFault> shuffled(Stage stage) {
        List<SoakFault> round = new ArrayList<>();
        for (SoakFault fault : SoakFault.values()) {
            round.addAll(Collections.nCopies(fault.weight(), fault));
        }
        Collections.shuffle(round, stage.random());
        return round;
    }
}
