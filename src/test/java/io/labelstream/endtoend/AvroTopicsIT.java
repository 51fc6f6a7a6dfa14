package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.LabelstreamJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Topics as others have them: Avro in and out, several topics by a pattern, messages without keys;
 * seen at once, as at-least-once delivery promises.
 */
@Timeout(420)
class AvroTopicsIT {

    private static final int PARTITIONS = 3;
    private static final int MESSAGES = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String RESULTS = "labelled";
    private static final String DEAD_LETTERS = "unreadable";
    private static final Schema TEXT_EVENT = schema("text-event.avsc");
    private static final Schema LABELLED_EVENT = schema("labelled-event.avsc");

    @Test
    void avroOfTopicsByPatternKeepsPartitionHeadersAndTimestampWithoutWaitingForACheckpoint()
            throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                KafkaProducer<byte[], byte[]> producer =
                        KafkaTopics.producer(kafka.bootstrapServers())) {
            for (String topic : List.of("reviews-en", "reviews-uk", RESULTS)) {
                kafka.createTopic(topic, PARTITIONS);
            }
            kafka.createTopic(DEAD_LETTERS, 1);
            for (int i = 0; i < MESSAGES; i++) {
                KafkaTopics.send(producer, message(i));
            }
            JobClient job = start(config(kafka.bootstrapServers()));
            try {
                List<ConsumerRecord<byte[], byte[]>> results = read(kafka.bootstrapServers(), job);
                assertThat(results).hasSize(MESSAGES);
                for (ConsumerRecord<byte[], byte[]> result : results) {
                    check(result);
                }
                assertThat(results.stream().map(AvroTopicsIT::number).distinct()).hasSize(MESSAGES);
            } finally {
                KafkaTopics.get(job.cancel());
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> message(int i) throws IOException {
        GenericRecord event = new GenericData.Record(TEXT_EVENT);
        event.put("id", "id-" + i);
        event.put("textPair", pair(i));
        event.put("text", (i % 2 == 0 ? "What a wonderful film" : "A dull, lifeless film") + i);
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(value, null);
        new GenericDatumWriter<GenericRecord>(TEXT_EVENT).write(event, encoder);
        encoder.flush();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        i % 3 == 0 ? "reviews-uk" : "reviews-en",
                        i % PARTITIONS,
                        1_700_000_000_000L + i,
                        null,
                        value.toByteArray());
        record.headers().add("trace", bytes(i)).add("n", bytes(i)).add("trace", null);
        return record;
    }

    /** Each fifth message is a pair, whose second text says the same in other words. */
    private static String pair(int i) {
        return i % 5 > 0 ? null : i % 2 == 0 ? "I loved it, naïve ending and all" : "I was bored";
    }

    private static void check(ConsumerRecord<byte[], byte[]> result) {
        int i = number(result);
        GenericRecord event = decode(result.value());
        GenericRecord source = (GenericRecord) event.get("source");
        assertThat(event.get("id")).hasToString("id-" + i);
        assertThat(Objects.toString(event.get("textPair"), null)).isEqualTo(pair(i));
        assertThat(event.get("outOfScope")).isEqualTo(false);
        assertThat(event.get("label")).hasToString(i % 2 == 0 ? "positive" : "negative");
        assertThat(source.get("topic")).hasToString(i % 3 == 0 ? "reviews-uk" : "reviews-en");
        assertThat(source.get("partition")).isEqualTo(i % PARTITIONS);
        assertThat(result.partition()).isEqualTo(i % PARTITIONS);
        assertThat(result.key()).isNull();
        assertThat(result.timestamp()).isEqualTo(1_700_000_000_000L + i);
        assertThat(Arrays.stream(result.headers().toArray()).map(Header::key))
                .containsExactly("trace", "n", "trace");
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String servers, JobClient job) {
        List<ConsumerRecord<byte[], byte[]>> results = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaTopics.consumer(servers, "read_uncommitted")) {
            List<TopicPartition> partitions = new ArrayList<>();
            IntStream.range(0, PARTITIONS)
                    .forEach(p -> partitions.add(new TopicPartition(RESULTS, p)));
            partitions.add(new TopicPartition(DEAD_LETTERS, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Waiting.until(
                    () ->
                            "all %d results are there, with no checkpoint; %d are"
                                    .formatted(MESSAGES, results.size()),
                    PATIENCE,
                    () -> {
                        for (ConsumerRecord<byte[], byte[]> record :
                                consumer.poll(Duration.ofMillis(200))) {
                            assertThat(record.topic())
                                    .as(() -> "topic of a record with " + reasons(record))
                                    .isEqualTo(RESULTS);
                            results.add(record);
                        }
                        assertThat(KafkaTopics.get(job.getJobStatus()))
                                .as("status of the job, after %d results", results.size())
                                .matches(status -> !status.isGloballyTerminalState());
                        return results.size() >= MESSAGES;
                    });
        }
        return results;
    }

    /** What a dead letter says of itself: headers, never the text. */
    private static String reasons(ConsumerRecord<byte[], byte[]> record) {
        return Arrays.stream(record.headers().toArray())
                .filter(header -> header.value() != null)
                .map(h -> h.key() + "=" + new String(h.value(), StandardCharsets.UTF_8))
                .collect(Collectors.joining(", "));
    }

    private static JobConfig config(String servers) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", servers);
        settings.put("input.topic-pattern", "reviews-.*");
        settings.put("input.format", "avro");
        settings.put("output.topic", RESULTS);
        settings.put("output.format", "avro");
        settings.put("output.delivery", "at-least-once");
        settings.put("output.keep-partition", "true");
        settings.put("dead-letter.topic", DEAD_LETTERS);
        settings.put("model.path", DistributionFolder.model("sentiment-en").toString());
        settings.put("device.type", "cpu");
        // Only a machine under heavy load is so slow, and that is no reason to fail.
        settings.put("batch.timeout", "5 min");
        settings.put("checkpoint.interval", "1 h");
        return JobConfig.of(settings);
    }

    private static JobClient start(JobConfig config) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(2, config.flinkConfiguration());
        LabelstreamJob.build(environment, config);
        return environment.executeAsync();
    }

    private static int number(ConsumerRecord<byte[], byte[]> result) {
        byte[] value = result.headers().lastHeader("n").value();
        return Integer.parseInt(new String(value, StandardCharsets.UTF_8));
    }

    private static byte[] bytes(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    private static GenericRecord decode(byte[] value) {
        try {
            return new GenericDatumReader<GenericRecord>(LABELLED_EVENT)
                    .read(null, DecoderFactory.get().binaryDecoder(value, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The schema as a user takes it from the sources. */
    private static Schema schema(String file) {
        try {
            return new Schema.Parser().parse(Path.of("../../serde/src/main/avro", file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
