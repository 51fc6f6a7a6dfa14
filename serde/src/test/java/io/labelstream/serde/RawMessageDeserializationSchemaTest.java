package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RawMessageDeserializationSchemaTest {

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
