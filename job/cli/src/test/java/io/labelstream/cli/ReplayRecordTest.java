package io.labelstream.cli;

import static io.labelstream.cli.DeadLetters.TIMESTAMP;
import static io.labelstream.cli.DeadLetters.bytes;
import static io.labelstream.cli.DeadLetters.header;
import static io.labelstream.cli.DeadLetters.letter;
import static io.labelstream.cli.DeadLetters.message;
import static io.labelstream.cli.DeadLetters.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.RawMessage;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class ReplayRecordTest {

    private static final byte[] KEY = {1, (byte) 0xFF};
    private static final byte[] VALUE = {(byte) 0xC3, 0x28};

    @Test
    void isTheMessageByteForByte() {
        ProducerRecord<byte[], byte[]> again = replay(message(KEY, VALUE), "in", 4);

        assertThat(again.topic()).isEqualTo("in");
        assertThat(again.key()).isEqualTo(KEY);
        assertThat(again.value()).isEqualTo(VALUE);
        assertThat(again.timestamp()).isEqualTo(TIMESTAMP);
    }

    @Test
    void hasTheMessagesOwnHeadersAndThePositionOfItsDeadLetter() {
        ProducerRecord<byte[], byte[]> again =
                replay(
                        message(
                                KEY,
                                VALUE,
                                header("b", "1"),
                                header("a", null),
                                header("b", "2"),
                                header("labelstream.label", "positive")),
                        "in",
                        4);

        assertThat(written(again.headers()))
                .containsExactly(
                        "b=1",
                        "a",
                        "b=2",
                        "labelstream.label=positive",
                        "labelstream.replayed=dead-2@17");
    }

    @Test
    void keepsWhatEarlierReplaysLeft() {
        ProducerRecord<byte[], byte[]> again =
                replay(message(KEY, VALUE, header("labelstream.replayed", "dead-0@3")), "in", 4);

        assertThat(written(again.headers()))
                .containsExactly("labelstream.replayed=dead-0@3", "labelstream.replayed=dead-2@17");
    }

    @Test
    void goesToItsOwnPartitionWhereThatExists() {
        assertThat(replay(message(KEY, VALUE), "in", 2).partition()).isEqualTo(1);
        assertThat(replay(message(KEY, VALUE), "in", 1).partition()).isNull();
        assertThat(replay(message(KEY, VALUE), "other", 4).partition()).isNull();
    }

    @Test
    void tombstoneIsOneAgain() {
        ProducerRecord<byte[], byte[]> again = replay(message(null, null), "in", 4);

        assertThat(again.key()).isNull();
        assertThat(again.value()).isNull();
    }

    @Test
    void messageWithoutTimestampGetsThePresent() {
        RawMessage message = new RawMessage("in", 1, 5, -1, KEY, VALUE, List.of());

        assertThat(replay(message, "in", 4).timestamp()).isNull();
    }

    @Test
    void countsKeyValueAndHeaders() {
        ProducerRecord<byte[], byte[]> again =
                replay(message(KEY, VALUE, header("ab", "123"), header("c", null)), "in", 4);

        assertThat(ReplayRecord.bytes(again))
                .isEqualTo(2 + 2 + 5 + 1 + bytes("labelstream.replayed" + "dead-2@17").length);
    }

    private static ProducerRecord<byte[], byte[]> replay(
            RawMessage message, String topic, int partitions) {
        ConsumerRecord<byte[], byte[]> letter =
                DeadLetters.read(letter(message, DeadLetter.Reason.BAD_ENCODING));
        return ReplayRecord.of(
                letter, DeadLetterHeaders.read(letter.headers()).orElseThrow(), topic, partitions);
    }
}
