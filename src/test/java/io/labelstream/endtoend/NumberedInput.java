package io.labelstream.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Feeds messages to the partitions of a topic and remembers what stands where. Some cannot be read.
 * All messages of a partition have one key, so that their results share a partition as well and
 * their order can be seen.
 */
final class NumberedInput implements AutoCloseable {

    private static final int UNREADABLE_EVERY = 97;
    private static final int SHORT = 90;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final int partitions;
    private final List<String> texts;
    private final Map<Position, String> readable = new LinkedHashMap<>();
    private final Set<Position> unreadable = new LinkedHashSet<>();
    private int sent;

    NumberedInput(String servers, String topic, int partitions) {
        this.producer = KafkaTopics.producer(servers);
        this.topic = topic;
        this.partitions = partitions;
        this.texts = shortMessages();
    }

    /** The short ones of the demo's messages: a whole job must fit a test. */
    private static List<String> shortMessages() {
        try (InputStream sample =
                NumberedInput.class.getResourceAsStream("/samples/sentiment-en.txt")) {
            return new String(sample.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(text -> text.length() <= SHORT)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(int count) {
        List<Future<RecordMetadata>> acks = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++, sent++) {
            boolean broken = sent % UNREADABLE_EVERY == 13;
            String text = texts.get(sent % texts.size());
            int partition = sent % partitions;
            acks.add(
                    producer.send(
                            new ProducerRecord<>(
                                    topic,
                                    partition,
                                    ("key-" + partition).getBytes(StandardCharsets.UTF_8),
                                    broken
                                            ? new byte[] {(byte) 0xC3, 0x28}
                                            : text.getBytes(StandardCharsets.UTF_8))));
            values.add(broken ? null : text);
        }
        for (int i = 0; i < count; i++) {
            RecordMetadata metadata = KafkaTopics.get(acks.get(i));
            Position position = new Position(metadata.partition(), metadata.offset());
            if (values.get(i) == null) {
                unreadable.add(position);
            } else {
                readable.put(position, values.get(i));
            }
        }
    }

    int count() {
        return readable.size() + unreadable.size();
    }

    /** Text by position. */
    Map<Position, String> readable() {
        return readable;
    }

    Set<Position> unreadable() {
        return unreadable;
    }

    @Override
    public void close() {
        producer.close();
    }
}
