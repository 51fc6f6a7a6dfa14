package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

    /** An item that knows its length and its place in the order of arrival. */
    private record Text(int number, int tokens) {}

    private static final TokenBudget BUDGET = new TokenBudget(100, 8, 100);
    private static final TokenBudget CPU =
            new TokenBudget(
                    ClassifierSettings.CPU_TOKENS_PER_RUN,
                    64,
                    ClassifierSettings.CPU_PADDING_PER_TEXT);
    private final MicroBatcher<Text> batcher = new MicroBatcher<>(BUDGET);
    private int arrived;

    @Test
    void takesNothingWhenNothingWaits() {
        assertThat(batcher.take()).isEmpty();
    }

    @Test
    void takesTheOldestAndThoseNearestToItInLength() {
        arrive(10, 50, 11, 9, 3, 30);

        assertThat(lengths(batcher.take())).containsExactly(10, 11, 9, 3);
        assertThat(lengths(batcher.take())).containsExactly(50, 30);
        assertThat(batcher.size()).isZero();
    }

    @Test
    void neverExceedsPaddedTokenBudget() {
        arrive(40, 41, 20);

        // 3 x 41 would be 123 padded tokens.
        assertThat(lengths(batcher.take())).containsExactly(40, 41);
        assertThat(lengths(batcher.take())).containsExactly(20);
    }

    @Test
    void textThatWouldPadMoreThanARunCostsWaitsForItsOwn() {
        MicroBatcher<Text> few = new MicroBatcher<>(new TokenBudget(512, 8, 12));
        for (int length : new int[] {10, 14, 40, 21, 43, 23}) {
            few.add(new Text(arrived++, length), length);
        }

        // 14 pads the 10 by 4. 21 would pad both by 7, which is 14.
        assertThat(lengths(few.take())).containsExactly(10, 14);
        assertThat(lengths(few.take())).containsExactly(40, 43);
        assertThat(lengths(few.take())).containsExactly(21, 23);
    }

    /** Counted in padded tokens, of which a run costs some by itself. */
    @Test
    void noRunCostsMoreThanItsTextsWouldInRunsOfTheirOwn() {
        int runCost = ClassifierSettings.CPU_PADDING_PER_TEXT;
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            MicroBatcher<Text> few = new MicroBatcher<>(CPU);
            int texts = 2 + random.nextInt(100);
            for (int number = 0; number < texts; number++) {
                Text text = new Text(number, 1 + random.nextInt(random.nextInt(4) == 0 ? 256 : 32));
                few.add(text, text.tokens());
            }
            while (few.size() > 0) {
                List<Text> run = few.take();
                int apart = run.stream().mapToInt(text -> text.tokens() + runCost).sum();
                assertThat(padded(run) + runCost).isLessThanOrEqualTo(apart);
            }
        }
    }

    @Test
    void neverExceedsRows() {
        arrive(IntStream.range(0, 20).map(i -> 1).toArray());

        assertThat(batcher.take()).hasSize(8);
        assertThat(batcher.take()).hasSize(8);
        assertThat(batcher.take()).hasSize(4);
    }

    @Test
    void textLongerThanTheBudgetRunsAlone() {
        arrive(500, 499, 5);

        assertThat(lengths(batcher.take())).containsExactly(500);
        assertThat(lengths(batcher.take())).containsExactly(499);
        assertThat(lengths(batcher.take())).containsExactly(5);
    }

    @Test
    void equalLengthsLeaveInTheirOrder() {
        arrive(IntStream.range(0, 16).map(i -> 10).toArray());

        assertThat(batcher.take()).extracting(Text::number).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(batcher.take())
                .extracting(Text::number)
                .containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
    }

    @Test
    void oneGiantAmongShortsDelaysThemByOneRunAtMost() {
        arrive(5, 5, 100, 5, 5);

        assertThat(lengths(batcher.take())).containsExactly(5, 5, 5, 5);
        arrive(5, 5);
        assertThat(lengths(batcher.take())).containsExactly(100);
        assertThat(lengths(batcher.take())).containsExactly(5, 5);
    }

    @Test
    void isFullWhenMoreWaitingWouldMakeNoLargerRun() {
        arrive(10, 10);
        assertThat(batcher.full()).isFalse();
        arrive(80);
        assertThat(batcher.full()).isTrue();
    }

    @Test
    void whateverArrivesEveryTextLeavesOnceWithinTheBudgetAndAfterAtMostItsEldersRuns() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            MicroBatcher<Text> any = new MicroBatcher<>(BUDGET);
            Map<Text, Integer> runsLeft = new HashMap<>();
            List<Text> left = new ArrayList<>();
            int number = 0;
            while (number < 300 || any.size() > 0) {
                for (int burst = random.nextInt(20); burst > 0 && number < 300; burst--) {
                    int length =
                            random.nextInt(10) == 0
                                    ? 1 + random.nextInt(150)
                                    : 1 + random.nextInt(20);
                    Text text = new Text(number++, length);
                    runsLeft.put(text, any.size());
                    any.add(text, text.tokens());
                }
                List<Text> run = any.take();
                int longest = run.stream().mapToInt(Text::tokens).max().orElse(0);
                assertThat(run.size() == 1 || BUDGET.fits(run.size(), longest)).isTrue();
                left.addAll(run);
                run.forEach(runsLeft::remove);
                // A text that waits sees the oldest leave with each run, so its elders run out.
                runsLeft.replaceAll((text, runs) -> runs - 1);
                assertThat(runsLeft.values()).allMatch(runs -> runs >= 0);
            }
            assertThat(left).doesNotHaveDuplicates().hasSize(300);
        }
    }

    /** As many in flight as by default, results held back to keep their order: 512 tokens a run. */
    @Test
    void workWithoutEndIsHardlyPadded() {
        Random random = new Random(1);
        Simulation simulation = new Simulation(CPU, 2048);
        while (simulation.arrived < 20_000) {
            simulation.fill(() -> 5 + (int) Math.abs(random.nextGaussian() * 20));
            simulation.run();
        }

        assertThat(simulation.waste()).isLessThan(0.02);
    }

    @Test
    void aBurstIsHardlyPaddedAndLeavesInFewRuns() {
        Random random = new Random(2);
        for (int burst = 0; burst < 20; burst++) {
            Simulation simulation = new Simulation(CPU, 1000);
            simulation.fill(() -> 5 + (int) Math.abs(random.nextGaussian() * 20));
            int runs = 0;
            for (; simulation.waiting() > 0; runs++) {
                simulation.run();
            }

            assertThat(simulation.waste()).isLessThan(0.08);
            long atLeast = (simulation.tokens + 511) / 512;
            assertThat((long) runs).isBetween(atLeast, atLeast + atLeast / 5);
        }
    }

    /**
     * Texts at a constant rate, 70 % of what runs without padding would do; a run takes 5 ms and
     * 0.23 ms a padded token, as film reviews took on two cores.
     */
    @Test
    void fewThatWaitAreNotSlowedDownByPadding() {
        double ruled = slowOf(CPU);
        double anyMates = slowOf(cpu(Integer.MAX_VALUE));
        double equalMates = slowOf(cpu(0));

        assertThat(ruled).isLessThan(0.5 * anyMates).isLessThan(0.5 * equalMates);
        for (int other : new int[] {4, 12, 16}) {
            assertThat(ruled).isLessThan(slowOf(cpu(other)));
        }
    }

    private static TokenBudget cpu(int maxPaddingPerText) {
        return new TokenBudget(CPU.maxTokens(), CPU.maxRows(), maxPaddingPerText);
    }

    /**
     * The 95th percentile of the milliseconds from arrival to result, of reviews at 70 % of what
     * their tokens alone would take.
     */
    private static double slowOf(TokenBudget budget) {
        int[] tokens = lengths(5, 28);
        double interval = IntStream.of(tokens).average().orElseThrow() * 0.23 / 0.7;
        return new Arrivals(tokens, interval, 5, 0.23).slow(cut(budget));
    }

    private static int[] lengths(int least, int spread) {
        Random random = new Random(4);
        return IntStream.range(0, 6_000)
                .map(i -> least + (int) Math.abs(random.nextGaussian() * spread))
                .toArray();
    }

    private static Cut cut(TokenBudget budget) {
        return waiting -> {
            MicroBatcher<Text> batcher = new MicroBatcher<>(budget);
            waiting.forEach(text -> batcher.add(text, text.tokens()));
            return batcher.take();
        };
    }

    /**
     * Intents that come faster than runs of one text each could answer them: one slot's share of
     * half of the highest rate, with the costs of two sessions that share a machine's memory
     * ({@code RATIONALE.md}).
     */
    @Test
    void theCheapestRunsAnswerShortTextsNoSooner() {
        double millisPerRun = 5.5;
        double millisPerToken = 0.24;
        Arrivals intents = new Arrivals(lengths(5, 8), 1000 / 203.0, millisPerRun, millisPerToken);

        double ours = intents.slow(cut(CPU));
        double cheapest = intents.slow(waiting -> cheapest(waiting, millisPerRun / millisPerToken));

        assertThat(cheapest).isGreaterThan(45);
        assertThat(ours).isGreaterThan(45).isLessThan(1.05 * cheapest);
    }

    /** The oldest's run of the runs that cost least together, of all ways to part what waits. */
    private static List<Text> cheapest(List<Text> waiting, double tokensPerRun) {
        List<Text> byLength =
                waiting.stream().sorted(Comparator.comparingInt(Text::tokens)).toList();
        int size = byLength.size();
        double[] cost = new double[size + 1];
        int[] from = new int[size + 1];
        for (int to = 1; to <= size; to++) {
            cost[to] = Double.MAX_VALUE;
            int longest = byLength.get(to - 1).tokens();
            for (int first = to - 1; first >= 0 && CPU.fits(to - first, longest); first--) {
                double all = cost[first] + tokensPerRun + (to - first) * longest;
                if (all < cost[to]) {
                    cost[to] = all;
                    from[to] = first;
                }
            }
        }
        int oldest = byLength.indexOf(waiting.get(0));
        int to = size;
        while (from[to] > oldest) {
            to = from[to];
        }
        return byLength.subList(from[to], to);
    }

    /** Which of the texts that wait, the oldest first, go next. */
    private interface Cut {
        List<Text> of(List<Text> waiting);
    }

    /**
     * Texts that come at a constant rate, whatever becomes of them.
     *
     * @param interval milliseconds from one to the next
     */
    private record Arrivals(
            int[] tokens, double interval, double millisPerRun, double millisPerToken) {

        /** The 95th percentile of the milliseconds from arrival to result. */
        double slow(Cut cut) {
            List<Text> waiting = new ArrayList<>();
            List<Double> latencies = new ArrayList<>();
            int next = 0;
            double clock = 0;
            while (latencies.size() < tokens.length) {
                if (waiting.isEmpty()) {
                    clock = Math.max(clock, next * interval);
                }
                for (; next < tokens.length && next * interval <= clock; next++) {
                    waiting.add(new Text(next, tokens[next]));
                }
                List<Text> run = cut.of(waiting);
                waiting.removeAll(run);
                clock += millisPerRun + millisPerToken * padded(run);
                for (Text text : run) {
                    latencies.add(clock - text.number() * interval);
                }
            }
            return latencies.stream()
                    .sorted()
                    .skip(latencies.size() * 95L / 100)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aLoneTextLeavesAtOnceWhateverItsLength() {
        for (int length = 1; length < 600; length += 7) {
            arrive(length);

            assertThat(lengths(batcher.take())).containsExactly(length);
        }
    }

    @Test
    void textsOfOneLengthAreNotPadded() {
        Simulation simulation = new Simulation(CPU, 2048);
        for (int run = 0; run < 500; run++) {
            simulation.fill(() -> 17);
            simulation.run();
        }

        assertThat(simulation.waste()).isZero();
        assertThat(simulation.tokens).isEqualTo(500 * 30 * 17);
    }

    /** An operator with places for so many texts, each taken until all older ones are done. */
    private static final class Simulation {
        private final MicroBatcher<Text> waiting;
        private final int places;
        private final BitSet done = new BitSet();
        private int arrived;
        private long tokens;
        private long padded;

        Simulation(TokenBudget budget, int places) {
            this.waiting = new MicroBatcher<>(budget);
            this.places = places;
        }

        void fill(IntSupplier length) {
            while (arrived - done.nextClearBit(0) < places) {
                Text text = new Text(arrived++, length.getAsInt());
                waiting.add(text, text.tokens());
            }
        }

        void run() {
            List<Text> run = waiting.take();
            padded += MicroBatcherTest.padded(run);
            tokens += run.stream().mapToInt(Text::tokens).sum();
            run.forEach(text -> done.set(text.number()));
        }

        int waiting() {
            return waiting.size();
        }

        double waste() {
            return (double) (padded - tokens) / padded;
        }
    }

    /** Tokens of a run, padding included. */
    private static int padded(List<Text> run) {
        return run.size() * run.stream().mapToInt(Text::tokens).max().orElseThrow();
    }

    private void arrive(int... lengths) {
        for (int length : lengths) {
            batcher.add(new Text(arrived++, length), length);
        }
    }

    private static List<Integer> lengths(List<Text> texts) {
        return texts.stream().map(Text::tokens).toList();
    }
}
