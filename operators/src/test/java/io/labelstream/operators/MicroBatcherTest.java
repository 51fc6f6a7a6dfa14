package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
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

    /** The 95th percentile of the milliseconds from arrival to result. */
    private static double slowOf(TokenBudget budget) {
        double millisPerToken = 0.23;
        double millisPerRun = 5;
        Random random = new Random(4);
        int[] tokens =
                IntStream.range(0, 6_000)
                        .map(i -> 5 + (int) Math.abs(random.nextGaussian() * 28))
                        .toArray();
        double interval = IntStream.of(tokens).average().orElseThrow() * millisPerToken / 0.7;
        MicroBatcher<Text> batcher = new MicroBatcher<>(budget);
        List<Double> latencies = new ArrayList<>();
        int next = 0;
        double clock = 0;
        while (latencies.size() < tokens.length) {
            if (batcher.size() == 0) {
                clock = Math.max(clock, next * interval);
            }
            for (; next < tokens.length && next * interval <= clock; next++) {
                batcher.add(new Text(next, tokens[next]), tokens[next]);
            }
            List<Text> run = batcher.take();
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
