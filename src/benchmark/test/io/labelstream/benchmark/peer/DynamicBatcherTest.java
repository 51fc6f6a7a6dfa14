package io.labelstream.benchmark.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DynamicBatcherTest {

    @Test
    void takesNoMoreThanABatchAndLosesNothing() throws InterruptedException {
        DynamicBatcher<Integer> batcher = new DynamicBatcher<>(3, Duration.ZERO);
        for (int i = 0; i < 7; i++) {
            batcher.add(i);
        }

        assertThat(batcher.take()).containsExactly(0, 1, 2);
        assertThat(batcher.take()).containsExactly(3, 4, 5);
        assertThat(batcher.take()).containsExactly(6);
    }

    @Test
    void waitsForOthersOnlyAsLongAsItLingers() throws InterruptedException {
        DynamicBatcher<Integer> batcher = new DynamicBatcher<>(3, Duration.ofMillis(50));
        batcher.add(1);

        assertThat(batcher.take()).isEqualTo(List.of(1));
    }

    @Test
    void fullBatchDoesNotLinger() throws InterruptedException {
        DynamicBatcher<Integer> batcher = new DynamicBatcher<>(2, Duration.ofHours(1));
        batcher.add(1);
        Thread late = new Thread(() -> batcher.add(2));
        late.start();

        assertThat(batcher.take()).containsExactly(1, 2);
        late.join();
    }
}
