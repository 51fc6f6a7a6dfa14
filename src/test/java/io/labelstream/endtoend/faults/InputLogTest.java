package io.labelstream.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.InputLog.Message;
import io.labelstream.serde.SourcePosition;
import org.junit.jupiter.api.Test;

class InputLogTest {

    private final InputLog log = new InputLog();

    @Test
    void listsMessagesByTopicPartitionAndOffset() {
        log.add(message("reviews", 1, 0));
        log.add(message("reviews", 0, 10));
        log.add(message("chats", 2, 5));
        log.add(message("reviews", 0, 9));

        assertThat(log.size()).isEqualTo(4);
        assertThat(log.messages())
                .extracting(m -> m.position().toString())
                .containsExactly("chats-2@5", "reviews-0@9", "reviews-0@10", "reviews-1@0");
        assertThat(log.get(new SourcePosition("reviews", 0, 9)).seq()).isEqualTo(9);
        assertThat(log.get(new SourcePosition("reviews", 0, 8))).isNull();
    }

    @Test
    void refusesTwoMessagesAtOnePosition() {
        log.add(message("reviews", 1, 7));
        Message second =
                new Message(
                        new SourcePosition("reviews", 1, 7), "late", 30, "a", Expectation.LABELLED);
        assertThatThrownBy(() -> log.add(second))
                .hasMessage(
                        "Two messages were acknowledged at reviews-1@7: feed's number 7 and late's number 30. The broker lost the first.");
    }

    private static Message message(String topic, int partition, long offset) {
        return new Message(
                new SourcePosition(topic, partition, offset),
                "feed",
                offset,
                "a film",
                Expectation.LABELLED);
    }
}
