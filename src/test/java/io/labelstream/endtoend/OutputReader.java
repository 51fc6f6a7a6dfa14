package io.labelstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what the job wrote, from the beginning on, as a user's own program would: results (JSON)
 * and dead letters, by the position of the message they came from. Used by one thread.
 */
final class OutputReader implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String results;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final List<Position> labelled = new ArrayList<>();
    private final List<Position> dead = new ArrayList<>();
    private final Map<Position, JsonNode> events = new HashMap<>();

    /**
     * Starts reading.
     *
     * @param isolation {@code read_committed} or {@code read_uncommitted}
     */
    OutputReader(String servers, String isolation, String results, String deadLetters) {
        this.results = results;
        this.consumer = KafkaTopics.consumer(servers, isolation);
        for (String topic : List.of(results, deadLetters)) {
            consumer.partitionsFor(topic)
                    .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads all that could be read when it was called. */
    OutputReader drain() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
            poll();
        }
        return this;
    }

    /** Whether the newest result seen here was not committed when this was asked. */
    boolean isAheadOf(OutputReader committed) {
        drain();
        committed.drain();
        return !labelled.isEmpty() && committed.event(labelled.get(labelled.size() - 1)) == null;
    }

    /** Reads some of what is there. */
    OutputReader poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
            if (record.topic().equals(results)) {
                JsonNode event = json(record.value());
                JsonNode source = event.path("source");
                Position position =
                        new Position(
                                source.path("partition").intValue(),
                                source.path("offset").longValue());
                labelled.add(position);
                events.put(position, event);
            } else {
                dead.add(
                        new Position(
                                Integer.parseInt(header(record, "labelstream.source.partition")),
                                Long.parseLong(header(record, "labelstream.source.offset"))));
            }
        }
        return this;
    }

    int count() {
        return labelled.size() + dead.size();
    }

    /** Positions of the results, in the order they stand in each output partition. */
    List<Position> labelled() {
        return labelled;
    }

    List<Position> dead() {
        return dead;
    }

    JsonNode event(Position position) {
        return events.get(position);
    }

    @Override
    public void close() {
        consumer.close();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
