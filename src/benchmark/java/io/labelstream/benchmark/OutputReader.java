package io.labelstream.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.labelstream.cli.FailureException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a whole output topic, as a plain {@code read_committed} consumer sees it. */
final class OutputReader {

    private static final Duration POLL = Duration.ofMillis(200);

    private OutputReader() {}

    /**
     * Reads all that is committed.
     *
     * @throws FailureException if a record is no labelled event with its source
     */
    static List<Labelled> read(String bootstrapServers, String topic, int partitions) {
        List<TopicPartition> all =
                IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
        List<Labelled> results = new ArrayList<>();
        Map<String, Object> settings =
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (!all.stream().allMatch(p -> consumer.position(p) >= ends.get(p))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    results.add(labelled(record));
                }
            }
        }
        return results;
    }

    private static Labelled labelled(ConsumerRecord<byte[], byte[]> record) {
        JsonNode event;
        try {
            event = Json.read(record.value());
        } catch (IOException e) {
            // Its message quotes the record.
            throw wrong(record, "is not valid JSON");
        }
        JsonNode source = event.path("source");
        if (!source.path("offset").isIntegralNumber()
                || !event.path("label").isTextual()
                || !event.path("score").isNumber()) {
            throw wrong(record, "has no source, label or score");
        }
        return new Labelled(
                source.path("partition").asInt(),
                source.path("offset").asLong(),
                new Answer(event.path("label").asText(), event.path("score").asDouble()),
                record.timestamp());
    }

    private static FailureException wrong(ConsumerRecord<byte[], byte[]> record, String what) {
        return new FailureException(
                "Result %s-%d@%d %s; expected a labelled event in JSON."
                        .formatted(record.topic(), record.partition(), record.offset(), what));
    }
}
