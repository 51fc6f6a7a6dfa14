package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void givesTheSmallestValueThatTheShareDoesNotExceed() {
        long[] downFromAThousand = LongStream.rangeClosed(1, 1000).map(i -> 1001 - i).toArray();
        assertThat(Latencies.of(downFromAThousand))
                .isEqualTo(new Latencies(1000, 500, 950, 990, 999, 1000));
    }

    @Test
    void givesTheOnlyValueOfOne() {
        assertThat(Latencies.of(new long[] {7})).isEqualTo(new Latencies(1, 7, 7, 7, 7, 7));
    }

    @Test
    void saysThatNothingWasRead() {
        assertThat(Latencies.of(new long[0])).isEqualTo(new Latencies(0, 0, 0, 0, 0, 0));
    }
}
