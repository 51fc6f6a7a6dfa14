package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class KafkaRecordsTest {

    private static final byte[] KEY = {1, 2};
    private static final byte[] VALUE = "good".getBytes(StandardCharsets.UTF_8);

    @Test
    void messageIsTakenWhole() {
        RawMessage message = read(record(KEY, VALUE, 99));

        assertThat(message.position()).isEqualTo(new SourcePosition("in", 1, 5));
        assertThat(message.timestamp()).isEqualTo(99);
        assertThat(message.key()).isEqualTo(KEY);
        assertThat(message.value()).isEqualTo(VALUE);
        assertThat(message.headers())
                .extracting(MessageHeader::name)
                .containsExactly("b", "a", "b");
    }

    @Test
    void tombstoneIsTakenToo() {
        assertThat(read(record(null, null, 99)).value()).isNull();
    }

    @Test
    void resultKeepsKeyHeadersAndTimestamp() {
        ProducerRecord<byte[], byte[]> result = result(false);

        assertThat(result.topic()).isEqualTo("out");
        assertThat(result.key()).isEqualTo(KEY);
        assertThat(result.timestamp()).isEqualTo(99);
        assertThat(result.partition()).isNull();
        assertThat(names(result.headers())).containsExactly("b", "a", "b");
        assertThat(new String(result.value(), StandardCharsets.UTF_8)).contains("\"positive\"");
    }

    @Test
    void resultKeepsThePartitionOnRequest() {
        assertThat(result(true).partition()).isEqualTo(1);
    }

    private static ProducerRecord<byte[], byte[]> result(boolean keepPartition) {
        LabelledMessageSerializationSchema schema =
                new LabelledMessageSerializationSchema("out", OutputFormat.JSON, keepPartition);
        schema.open(null, null);
        return schema.serialize(
                new LabelledMessage(read(record(KEY, VALUE, 99)), Events.labelled("good")),
                null,
                null);
    }

    @Test
    void messageWithoutTimestampGetsThePresent() {
        ProducerRecord<byte[], byte[]> letter = letter(read(record(KEY, VALUE, -1)), 100);

        assertThat(letter.timestamp()).isNull();
    }

    @Test
    void deadLetterKeepsTheMessageAndSaysWhatHappened() {
        ProducerRecord<byte[], byte[]> letter = letter(read(record(KEY, VALUE, 99)), 100);

        assertThat(letter.key()).isEqualTo(KEY);
        assertThat(letter.value()).isEqualTo(VALUE);
        assertThat(letter.timestamp()).isEqualTo(99);
        assertThat(names(letter.headers())).startsWith("b", "a", "b");
        assertThat(header(letter, "source.topic")).hasValue("in");
        assertThat(header(letter, "source.partition")).hasValue("1");
        assertThat(header(letter, "source.offset")).hasValue("5");
        assertThat(header(letter, "stage")).hasValue("decode");
        assertThat(header(letter, "reason")).hasValue("BAD_ENCODING");
        assertThat(header(letter, "message")).hasValue("not valid UTF-8");
        assertThat(header(letter, "attempts")).hasValue("0");
        assertThat(header(letter, "model")).hasValue("tiny");
        assertThat(header(letter, "payload.sha256")).isEmpty();
    }

    @Test
    void valueThatTheBrokerMightRefuseIsGivenBySizeAndSha256() {
        ProducerRecord<byte[], byte[]> letter = letter(read(record(KEY, VALUE, 99)), 3);

        assertThat(letter.value()).isNull();
        assertThat(header(letter, "payload.bytes")).hasValue("4");
        // echo -n good | sha256sum
        assertThat(header(letter, "payload.sha256"))
                .hasValue("770e607624d689265ca6c44884d0807d9b054d23c473c106c72be9de08b7376c");
    }

    private static ProducerRecord<byte[], byte[]> letter(RawMessage message, int maxBytes) {
        return new DeadLetterSerializationSchema("dead", maxBytes)
                .serialize(
                        new DeadLetter(
                                message,
                                DeadLetter.Stage.DECODE,
                                DeadLetter.Reason.BAD_ENCODING,
                                "not valid UTF-8",
                                0,
                                "tiny"),
                        null,
                        null);
    }

    private static Optional<String> header(ProducerRecord<byte[], byte[]> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader("labelstream." + name))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8));
    }

    private static List<String> names(Headers headers) {
        return Arrays.stream(headers.toArray()).map(Header::key).toList();
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value, long timestamp) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("b", new byte[] {1}).add("a", null).add("b", new byte[] {2});
        return new ConsumerRecord<>(
                "in",
                1,
                5,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                headers,
                Optional.empty());
    }

    private static RawMessage read(ConsumerRecord<byte[], byte[]> record) {
        List<RawMessage> out = new ArrayList<>();
        new RawMessageDeserializationSchema()
                .deserialize(
                        record,
                        new Collector<>() {
                            @Override
                            public void collect(RawMessage message) {
                                out.add(message);
                            }

                            @Override
                            public void close() {}
                        });
        assertThat(out).hasSize(1);
        return out.get(0);
    }
}
