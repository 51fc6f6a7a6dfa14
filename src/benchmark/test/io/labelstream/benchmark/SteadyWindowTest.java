package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.labelstream.cli.FailureException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SteadyWindowTest {

    /** Ten results a second, from 100.0 s to 120.0 s. */
    private final List<Long> tenASecond =
            LongStream.rangeClosed(0, 200).mapToObj(i -> 100_000 + i * 100).toList();

    @Test
    void leavesOutWhatCameInTheWarmUpAndAfterTheTimeBox() {
        SteadyWindow window = SteadyWindow.of(tenASecond, 5_000, 10_000);
        assertThat(window).isEqualTo(new SteadyWindow(105_000, 115_000, 100));
        assertThat(window.textsPerSecond()).isEqualTo(10);
    }

    @Test
    void endsWithTheLastResultWhereTheBacklogWasUsedUp() {
        SteadyWindow window = SteadyWindow.of(tenASecond, 5_000, 60_000);
        assertThat(window).isEqualTo(new SteadyWindow(105_000, 120_000, 150));
        assertThat(window.textsPerSecond()).isEqualTo(10);
    }

    @Test
    void doesNotDependOnTheOrderOfResults() {
        assertThat(SteadyWindow.of(List.of(3_000L, 0L, 1_000L, 2_000L), 500, 2_000))
                .isEqualTo(new SteadyWindow(500, 2_500, 2));
    }

    @Test
    void refusesResultsThatEndedBeforeTheWarmUp() {
        assertThatExceptionOfType(FailureException.class)
                .isThrownBy(() -> SteadyWindow.of(tenASecond, 20_000, 10_000))
                .withMessageContaining("201 results over 20000 ms")
                .withMessageContaining("20000 ms");
    }
}
