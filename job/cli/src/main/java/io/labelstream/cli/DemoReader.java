package io.labelstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the demo's results and dead letters as any {@code read_committed} consumer does, checks
 * them off and shows them. Used by one thread.
 */
final class DemoReader implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String results;
    private final DemoTally tally;
    private final DemoScreen screen;

    DemoReader(
            String bootstrapServers,
            List<TopicPartition> partitions,
            String results,
            DemoTally tally,
            DemoScreen screen) {
        this.results = results;
        this.tally = tally;
        this.screen = screen;
        Properties settings = new Properties();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Takes what has been committed since; waits for it at most this long. */
    void poll(Duration patience) throws IOException {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(patience)) {
            if (message.topic().equals(results)) {
                labelled(message);
            } else {
                deadLetter(message);
            }
        }
    }

    private void labelled(ConsumerRecord<byte[], byte[]> message) throws IOException {
        JsonNode event = JSON.readTree(message.value());
        JsonNode source = event.path("source");
        boolean first =
                tally.labelled(
                        source.path("partition").asInt(),
                        source.path("offset").asLong(),
                        event.path("label").asText(),
                        event.path("outOfScope").asBoolean(),
                        System.currentTimeMillis() - message.timestamp(),
                        System.nanoTime());
        if (first) {
            screen.event(message.value(), event);
        }
    }

    private void deadLetter(ConsumerRecord<byte[], byte[]> message) {
        String partition = header(message, "source.partition");
        String offset = header(message, "source.offset");
        String reason = header(message, "reason");
        boolean first =
                tally.deadLetter(Integer.parseInt(partition), Long.parseLong(offset), reason);
        if (first) {
            screen.deadLetter(
                    reason,
                    header(message, "message"),
                    "partition " + partition + ", offset " + offset);
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> message, String name) {
        Header header = message.headers().lastHeader("labelstream." + name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
