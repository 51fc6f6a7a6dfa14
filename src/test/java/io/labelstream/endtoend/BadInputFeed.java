package io.labelstream.endtoend;

import io.labelstream.serde.BadInputCorpus;
import io.labelstream.serde.BadInputRow;
import io.labelstream.serde.InputFormat;
import io.labelstream.serde.MessageHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends the list of bad input to the only partition of a topic, a good message behind each of its
 * rows, and remembers what stands where. Used by one thread.
 */
final class BadInputFeed implements AutoCloseable {

    private static final int LARGEST_BATCH = 20 * 1024 * 1024;
    private static final List<String> GOOD =
            List.of("A warm, funny and moving film", "What a joyless, clumsy mess");

    private final String servers;
    private final String topic;
    private final InputFormat format;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaProducer<byte[], byte[]> batches;
    private final Map<Position, BadInputRow> rows = new LinkedHashMap<>();
    private final Map<Position, String> good = new LinkedHashMap<>();

    BadInputFeed(String servers, String topic, InputFormat format) {
        this.servers = servers;
        this.topic = topic;
        this.format = format;
        this.producer = KafkaTopics.largeProducer(servers);
        this.batches =
                KafkaTopics.producer(
                        servers,
                        Map.of(
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                LARGEST_BATCH,
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                LARGEST_BATCH,
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "gzip",
                                // Until flush: all of them make one batch.
                                ProducerConfig.LINGER_MS_CONFIG,
                                60_000));
    }

    void send() throws IOException {
        List<BadInputRow> together = new ArrayList<>();
        for (BadInputRow row : BadInputCorpus.rows(format)) {
            if (row.compressed()) {
                together.add(row);
            } else {
                rows.put(new Position(0, sendAlone(row)), row);
                sendGood();
            }
        }
        List<Future<RecordMetadata>> acks = new ArrayList<>();
        for (BadInputRow row : together) {
            acks.add(batches.send(record(row)));
        }
        batches.flush();
        for (int i = 0; i < together.size(); i++) {
            rows.put(new Position(0, KafkaTopics.get(acks.get(i)).offset()), together.get(i));
        }
        sendGood();
    }

    private long sendAlone(BadInputRow row) throws IOException {
        return row.timestamp() < 0
                ? WireProducer.send(servers, topic, row.key(), row.value(), row.timestamp())
                : KafkaTopics.send(producer, record(row)).offset();
    }

    private ProducerRecord<byte[], byte[]> record(BadInputRow row) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, 0, row.timestamp(), row.key(), row.value());
        for (MessageHeader header : row.headers()) {
            record.headers().add(header.name(), header.value());
        }
        return record;
    }

    private void sendGood() {
        String text = GOOD.get(good.size() % GOOD.size());
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, 0, null, BadInputCorpus.value(format, text));
        good.put(new Position(0, KafkaTopics.send(producer, record).offset()), text);
    }

    /** Rows of the list by position. */
    Map<Position, BadInputRow> rows() {
        return rows;
    }

    /** Texts of the good messages by position. */
    Map<Position, String> good() {
        return good;
    }

    int count() {
        return rows.size() + good.size();
    }

    @Override
    public void close() {
        producer.close();
        batches.close();
    }
}
