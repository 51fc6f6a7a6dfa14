package io.labelstream.streaming.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.serde.SourcePosition;
import org.junit.jupiter.api.Test;

class SourceRangesTest {

    private final SourceRanges ranges = new SourceRanges();

    @Test
    void holdsFirstLastAndNumberOfEachPartition() {
        add("reviews", 2, 120);
        add("reviews", 0, 7);
        add("reviews", 2, 240);
        add("reviews", 2, 121);
        add("chats", 2, 5);

        assertThat(ranges.take())
                .containsExactly(
                        new SourceRange("chats", 2, 5, 5, 1),
                        new SourceRange("reviews", 0, 7, 7, 1),
                        new SourceRange("reviews", 2, 120, 240, 3));
    }

    @Test
    void firstAndLastDoNotDependOnTheOrder() {
        add("reviews", 0, 30);
        add("reviews", 0, 10);
        add("reviews", 0, 20);

        assertThat(ranges.take()).containsExactly(new SourceRange("reviews", 0, 10, 30, 3));
    }

    @Test
    void beginsAnewForEachTransaction() {
        add("reviews", 0, 1);
        ranges.take();
        add("reviews", 0, 2);

        assertThat(ranges.take()).containsExactly(new SourceRange("reviews", 0, 2, 2, 1));
        assertThat(ranges.take()).isEmpty();
    }

    @Test
    void readsAsPeopleSayIt() {
        assertThat(new SourceRange("reviews", 2, 120, 240, 113))
                .hasToString("reviews-2: 113 messages from offset 120 to 240");
        assertThat(new SourceRange("reviews", 2, 120, 120, 1))
                .hasToString("reviews-2: 1 message, offset 120");
    }

    private void add(String topic, int partition, long offset) {
        ranges.add(new SourcePosition(topic, partition, offset));
    }
}
