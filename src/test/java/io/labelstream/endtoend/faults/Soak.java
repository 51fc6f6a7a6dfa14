package io.labelstream.endtoend.faults;

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
                                .withRate(50)
                                .withFlink(FlinkSettings.faults().withDebugger())
                                .withJob("batch.run-timeout", "2 s"));
        String job = world.submit();
        Map<SoakFault, Integer> struck = new EnumMap<>(SoakFault.class);
        int restarting = 0;
        long end = System.nanoTime() + time.toNanos();
        List<SoakFault> round = List.of();
        for (int next = 0; System.nanoTime() < end; next++) {
            if (next % roundSize() == 0) {
                round = shuffled(stage);
            }
            SoakFault fault = round.get(next % roundSize());
            int failures = world.rest().failures(job);
            fault.strike(world, job, stage.random());
            world.awaitNewOutput();
            world.rest().awaitRunning(job, Duration.ofMinutes(2));
            Thread.sleep(stage.random().nextInt(LONGEST_CALM_MILLIS));
            struck.merge(fault, 1, Integer::sum);
            boolean restarted = world.rest().failures(job) > failures;
            restarting += restarted ? 1 : 0;
            stage.progress(
                    "%d %s%s, %d messages",
                    next + 1, fault, restarted ? ": restart" : "", world.feed().acknowledged());
        }
        int restarts = world.rest().failures(job);
        CheckedRun run = world.settleAndCheck(job);
        if (run.aborted() == 0) {
            throw new AssertionError("No aborted record was seen: the run proves nothing");
        }
        stage.note(
                "%d faults (%s); %d of them restarted the job, %d restarts in all; %s",
                struck.values().stream().mapToInt(Integer::intValue).sum(),
                struck.entrySet().stream()
                        .map(kind -> kind.getKey() + " " + kind.getValue())
                        .collect(Collectors.joining(", ")),
                restarting,
                restarts,
                run);
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
