package io.labelstream.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.serde.SourcePosition;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class OutputRecordTest {

    @Test
    void readsAResult() {
        OutputRecord result =
                OutputRecord.of(
                        record(
                                "{\"source\":{\"topic\":\"reviews\",\"partition\":2,\"offset\":77},"
                                        + "\"text\":\"a good film\",\"label\":\"positive\",\"score\":0.98}",
                                "producer",
                                "feed",
                                "partition",
                                "2",
                                "seq",
                                "70"));

        assertThat(result)
                .isEqualTo(
                        new OutputRecord(
                                new SourcePosition("labelled", 1, 5),
                                new SourcePosition("reviews", 2, 77),
                                OutputRecord.Kind.RESULT,
                                "feed",
                                2,
                                70,
                                "a good film",
                                "positive",
                                Float.floatToIntBits(0.98f),
                                ""));
        assertThat(result)
                .hasToString("labelled-1@5 (result of reviews-2@77, feed 70 of partition 2)");
    }

    @Test
    void readsADeadLetter() {
        OutputRecord letter =
                OutputRecord.of(
                        record(
                                "\u00ff",
                                "producer",
                                "feed",
                                "partition",
                                "2",
                                "seq",
                                "70",
                                "labelstream.source.topic",
                                "reviews",
                                "labelstream.source.partition",
                                "2",
                                "labelstream.source.offset",
                                "77",
                                "labelstream.reason",
                                "BAD_ENCODING"));

        assertThat(letter)
                .isEqualTo(
                        new OutputRecord(
                                new SourcePosition("labelled", 1, 5),
                                new SourcePosition("reviews", 2, 77),
                                OutputRecord.Kind.DEAD_LETTER,
                                "feed",
                                2,
                                70,
                                "",
                                "",
                                0,
                                "BAD_ENCODING"));
        assertThat(letter)
                .hasToString(
                        "labelled-1@5 (dead letter BAD_ENCODING of reviews-2@77, feed 70 of partition 2)");
    }

    @Test
    void keepsTheLastBitOfEachScore() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            float score = random.nextFloat();
            OutputRecord result = OutputRecord.of(record("{\"score\":" + score + "}"));
            assertThat(result.scoreBits()).isEqualTo(Float.floatToIntBits(score));
        }
    }

    @Test
    void takesWhatNamesNoSourceAndNoFeed() {
        OutputRecord result = OutputRecord.of(record("{}"));
        assertThat(result.source()).isEqualTo(new SourcePosition("", -1, -1));
        assertThat(result.producer()).isEmpty();
        assertThat(result.seq()).isEqualTo(-1);
    }

    @Test
    void refusesWhatIsNoOutputWithoutShowingIt() {
        assertThatThrownBy(() -> OutputRecord.of(record("private words")))
                .hasMessage(
                        "labelled-1@5 is no JSON, expected a result (output.format: json) or a dead letter with a reason");
        assertThatThrownBy(() -> OutputRecord.of(record(null)))
                .hasMessage(
                        "labelled-1@5 has no value, expected a result in JSON or a dead letter with a reason");
    }

    private static ConsumerRecord<byte[], byte[]> record(String value, String... headers) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(
                        "labelled",
                        1,
                        5,
                        null,
                        value == null ? null : value.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < headers.length; i += 2) {
            record.headers().add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return record;
    }
}
