package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.serde.json.RandomDocuments;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageBuilderTest {

    private static final byte[] KEY = {1, 2};
    private static final byte[] VALUE = "{\"text\":\"good\"}".getBytes(StandardCharsets.UTF_8);
    private static final long YEAR_9999 = 253_370_764_800_000L;

    @ParameterizedTest
    @EnumSource(
            value = OutputFormat.class,
            names = {"JSON", "AVRO", "ENRICH", "HEADERS"})
    void resultKeepsKeyHeadersAndTimestamp(OutputFormat format) throws Exception {
        OutputMessage result = result(OutputSettings.of(format), 99);

        assertThat(result.key()).isEqualTo(KEY);
        assertThat(result.timestamp()).isEqualTo(99);
        assertThat(result.partition()).isEqualTo(-1);
        assertThat(result.headers()).extracting(MessageHeader::name).startsWith("b", "a", "b");
        assertThat(result.headers().get(1).value()).isNull();
        assertThat(result.source()).isEqualTo(new SourcePosition("reviews", 2, 77));
    }

    @Test
    void kafkaGetsItAsItIs() throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new OutputMessageSerializationSchema("out")
                        .serialize(result(OutputSettings.of(OutputFormat.HEADERS), 99), null, null);

        assertThat(record.topic()).isEqualTo("out");
        assertThat(record.partition()).isNull();
        assertThat(record.timestamp()).isEqualTo(99);
        assertThat(record.key()).isEqualTo(KEY);
        assertThat(record.value()).isEqualTo(VALUE);
        assertThat(record.headers().toArray()[1].value()).isNull();
    }

    @Test
    void resultKeepsThePartitionOnRequest() throws Exception {
        OutputSettings settings =
                new OutputSettings(
                        OutputFormat.JSON,
                        "c",
                        ExistingField.DEAD_LETTER,
                        1000,
                        true,
                        BadTimestamps.REPLACE,
                        Duration.ofHours(1),
                        null,
                        null);

        assertThat(result(settings, 99).partition()).isEqualTo(2);
    }

    @Test
    void valueOfHeadersIsTheMessagesOwnInTenThousandDocuments() throws Exception {
        RandomDocuments documents = new RandomDocuments(11);
        MessageBuilder builder = new MessageBuilder(OutputSettings.of(OutputFormat.HEADERS));
        OutputMessageSerializationSchema schema = new OutputMessageSerializationSchema("out");
        for (int i = 0; i < 10_000; i++) {
            byte[] value = documents.next();
            byte[] copy = value.clone();
            RawMessage message = Events.message(value, value, 99);

            ProducerRecord<byte[], byte[]> record =
                    schema.serialize(builder.result(message, Events.labelled("good")), null, null);

            assertThat(Arrays.equals(record.value(), copy)).isTrue();
            assertThat(Arrays.equals(record.key(), copy)).isTrue();
        }
    }

    @Test
    void partitionThatTheOutputDoesNotHaveIsLeftToTheKey() {
        OutputMessageSerializationSchema schema = new OutputMessageSerializationSchema("out");
        KafkaRecordSerializationSchema.KafkaSinkContext twoPartitions =
                new KafkaRecordSerializationSchema.KafkaSinkContext() {
                    @Override
                    public int getParallelInstanceId() {
                        return 0;
                    }

                    @Override
                    public int getNumberOfParallelInstances() {
                        return 1;
                    }

                    @Override
                    public int[] getPartitionsForTopic(String topic) {
                        return new int[] {0, 1};
                    }
                };

        assertThat(schema.serialize(partition(1), twoPartitions, null).partition()).isEqualTo(1);
        assertThat(schema.serialize(partition(2), twoPartitions, null).partition()).isNull();
        assertThat(schema.serialize(partition(-1), null, null).partition()).isNull();
    }

    private static OutputMessage partition(int partition) {
        return new OutputMessage(
                new SourcePosition("in", 0, 0), partition, 1, KEY, VALUE, List.of());
    }

    @Test
    void headersSayAllThatTheEventDoes() throws Exception {
        OutputMessage result = result(OutputSettings.of(OutputFormat.HEADERS), 99);

        assertThat(result.value()).isSameAs(VALUE);
        Map<String, String> added =
                result.headers().stream()
                        .skip(3)
                        .collect(
                                Collectors.toMap(
                                        MessageHeader::name,
                                        h -> new String(h.value(), StandardCharsets.UTF_8)));
        assertThat(added)
                .containsOnly(
                        Map.entry("labelstream.label", "positive"),
                        Map.entry("labelstream.score", "0.75"),
                        Map.entry(
                                "labelstream.labels",
                                "[{\"label\":\"positive\",\"score\":0.75},{\"label\":\"negative\",\"score\":0.25}]"),
                        Map.entry("labelstream.out-of-scope", "false"),
                        Map.entry("labelstream.truncated", "true"),
                        Map.entry(
                                "labelstream.attention",
                                "[{\"word\":\"good\",\"start\":0,\"end\":4,\"weight\":1.0}]"),
                        Map.entry("labelstream.source.topic", "reviews"),
                        Map.entry("labelstream.source.partition", "2"),
                        Map.entry("labelstream.source.offset", "77"),
                        Map.entry("labelstream.source.timestamp", "1700000000123"),
                        Map.entry("labelstream.model.name", "sentiment-en"),
                        Map.entry("labelstream.model.version", "1"),
                        Map.entry("labelstream.model.digest", "abc"));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -99, YEAR_9999})
    void timestampThatTheBrokerWouldRefuseBecomesThePresent(long timestamp) throws Exception {
        assertThat(result(OutputSettings.of(OutputFormat.JSON), timestamp).timestamp())
                .isEqualTo(-1);
        assertThat(
                        new OutputMessageSerializationSchema("out")
                                .serialize(
                                        result(OutputSettings.of(OutputFormat.JSON), timestamp),
                                        null,
                                        null)
                                .timestamp())
                .isNull();
    }

    @Test
    void timestampOutOfRangeMayBeRefused() {
        OutputSettings settings = timestamps(BadTimestamps.DEAD_LETTER);

        assertRefused(() -> result(settings, YEAR_9999), DeadLetter.Reason.TIMESTAMP);
        assertRefused(() -> result(settings, 5), DeadLetter.Reason.TIMESTAMP);
    }

    @Test
    void timestampWithinTheRangeIsKept() throws Exception {
        long now = System.currentTimeMillis();

        assertThat(result(timestamps(BadTimestamps.DEAD_LETTER), now - 60_000).timestamp())
                .isEqualTo(now - 60_000);
    }

    private static OutputSettings timestamps(BadTimestamps policy) {
        return new OutputSettings(
                OutputFormat.JSON,
                "c",
                ExistingField.DEAD_LETTER,
                10_000,
                false,
                policy,
                Duration.ofHours(1),
                Duration.ofDays(1),
                null);
    }

    @Test
    void resultThatTheBrokerWouldRefuseIsRefused() {
        OutputSettings small =
                new OutputSettings(
                        OutputFormat.HEADERS,
                        "c",
                        ExistingField.DEAD_LETTER,
                        200,
                        false,
                        BadTimestamps.REPLACE,
                        Duration.ofHours(1),
                        null,
                        null);

        assertRefused(() -> result(small, 99), DeadLetter.Reason.TOO_LARGE_OUT);
    }

    @Test
    void tombstoneGoesAsItCame() throws Exception {
        OutputMessage passed =
                new MessageBuilder(OutputSettings.of(OutputFormat.AVRO))
                        .tombstone(Events.message(KEY, null, 99));

        assertThat(passed.value()).isNull();
        assertThat(passed.key()).isEqualTo(KEY);
        assertThat(passed.headers()).hasSize(3);
    }

    @Test
    void sizeIsNeverLessThanWhatTheProducerReckons() {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            byte[] key = random.nextBoolean() ? null : new byte[random.nextInt(300)];
            byte[] value = random.nextBoolean() ? null : new byte[random.nextInt(70_000)];
            List<MessageHeader> headers = new ArrayList<>();
            for (int h = random.nextInt(20); h > 0; h--) {
                headers.add(
                        new MessageHeader(
                                "h\u00E9\uD83D\uDE00".repeat(random.nextInt(4)),
                                random.nextBoolean() ? null : new byte[random.nextInt(200)]));
            }
            int kafka =
                    AbstractRecords.estimateSizeInBytesUpperBound(
                            RecordBatch.CURRENT_MAGIC_VALUE,
                            Compression.NONE.type(),
                            key,
                            value,
                            KafkaHeaders.of(headers).toArray());

            assertThat(RecordSize.of(key, value, headers))
                    .isBetween((long) kafka, kafka + 40L + 10L * headers.size());
        }
    }

    private interface Making {
        OutputMessage make() throws RefusedMessageException;
    }

    private static void assertRefused(Making making, DeadLetter.Reason reason) {
        assertThatThrownBy(making::make)
                .isInstanceOfSatisfying(
                        RefusedMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static OutputMessage result(OutputSettings settings, long timestamp)
            throws RefusedMessageException {
        return new MessageBuilder(settings)
                .result(Events.message(KEY, VALUE, timestamp), Events.labelled("good"));
    }
}
