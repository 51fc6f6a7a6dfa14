package io.labelstream.operators;

import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Takes a run out of many waiting texts, and lets as many others wait in their place. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
public class MicroBatcherBenchmark {

    private static final TokenBudget BUDGET = new TokenBudget(512, 64, 8);
    private static final int EQUAL_TOKENS = 20;
    private static final int DIFFERENT = 1 << 12;

    @Param({"256", "2048"})
    private int waiting;

    @Param({"equal", "mixed"})
    private String lengths;

    private final int[] tokens = new int[DIFFERENT];
    private MicroBatcher<Integer> batcher;
    private int next;

    @Setup
    public void fill() {
        Random random = new Random(1);
        for (int i = 0; i < DIFFERENT; i++) {
            int mixed = 5 + (int) Math.abs(random.nextGaussian() * EQUAL_TOKENS);
            tokens[i] = lengths.equals("equal") ? EQUAL_TOKENS : mixed;
        }
        batcher = new MicroBatcher<>(BUDGET);
        add(waiting);
    }

    @Benchmark
    public List<Integer> takeAndFillAgain() {
        List<Integer> run = batcher.take();
        add(run.size());
        return run;
    }

    private void add(int texts) {
        for (int i = 0; i < texts; i++) {
            batcher.add(next, tokens[next % DIFFERENT]);
            next = (next + 1) % DIFFERENT;
        }
    }
}
