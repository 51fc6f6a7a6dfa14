package io.labelstream.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads topics from their beginning on, as a user's own program would. Used by one thread. */
public final class TopicReader implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions = new ArrayList<>();

    /**
     * Starts reading.
     *
     * @param isolation {@code read_committed} or {@code read_uncommitted}
     */
    public TopicReader(String servers, String isolation, String... topics) {
        this.consumer = KafkaTopics.consumer(servers, isolation);
        for (String topic : topics) {
            consumer.partitionsFor(topic)
                    .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads some of what is there; waits a moment where nothing is. */
    public void poll(Consumer<ConsumerRecord<byte[], byte[]>> records) {
        consumer.poll(Duration.ofMillis(200)).forEach(records);
    }

    /** Reads all that could be read when it was called. */
    public void drain(Consumer<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
            poll(records);
        }
    }

    /**
     * Reads so many records.
     *
     * @param healthy says whether it makes sense to wait for more
     */
    List<ConsumerRecord<byte[], byte[]>> read(
            int count, Duration patience, BooleanSupplier healthy) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Waiting.until(
                () -> "%d records are there; %d are".formatted(count, records.size()),
                patience,
                () -> {
                    poll(records::add);
                    return records.size() >= count || !healthy.getAsBoolean();
                });
        return records;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
