package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.KafkaTopics;
import io.labelstream.endtoend.TopicReader;
import io.labelstream.endtoend.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What transactions that nobody ends do to others: a plain producer writes a record behind them,
 * into each partition of the output that they hold up, and a {@code read_committed} reader waits
 * for it. Used by one thread.
 */
public final class Stall implements AutoCloseable {

    /** Header of these records, which are no output of the job. */
    private static final String MARKER = "marker";

    private final TopicReader reader;

    /** Where the records stand. */
    private final Map<TopicPartition, Long> offsets;

    /** When Kafka gives up the last transaction of a partition; milliseconds since 1970. */
    private final Map<TopicPartition, Long> expiries;

    /** When the record of a partition was seen; milliseconds since 1970. */
    private final Map<TopicPartition, Long> seen = new HashMap<>();

    private Stall(
            TopicReader reader,
            Map<TopicPartition, Long> offsets,
            Map<TopicPartition, Long> expiries) {
        this.reader = reader;
        this.offsets = offsets;
        this.expiries = expiries;
    }

    /**
     * Finds the transactions under way and writes behind them; their job must be gone.
     *
     * @param prefix begins the ids of the transactions
     * @throws AssertionError if they hold up no partition of the output
     */
    public static Stall behind(World world, String prefix) {
        Map<TopicPartition, Long> expiries = new HashMap<>();
        for (String id : world.kafka().openTransactions(prefix)) {
            TransactionDescription transaction = world.kafka().describe(id);
            long expiry =
                    transaction.transactionStartTimeMs().orElseThrow()
                            + transaction.transactionTimeoutMs();
            transaction.topicPartitions().stream()
                    .filter(partition -> partition.topic().equals(World.OUTPUT))
                    .forEach(partition -> expiries.merge(partition, expiry, Math::max));
        }
        if (expiries.isEmpty()) {
            throw new AssertionError(
                    "No open transaction holds up the output: the run proves nothing");
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try (KafkaProducer<byte[], byte[]> producer =
                KafkaTopics.producer(world.kafka().servers(), Map.of())) {
            for (TopicPartition partition : expiries.keySet()) {
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(
                                partition.topic(), partition.partition(), null, new byte[0]);
                record.headers().add(MARKER, new byte[0]);
                offsets.put(partition, KafkaTopics.send(producer, record).offset());
            }
        }
        return new Stall(
                new TopicReader(world.kafka().servers(), "read_committed", World.OUTPUT),
                offsets,
                expiries);
    }

    /** Whether a record is one of these. */
    static boolean isMarker(ConsumerRecord<byte[], byte[]> record) {
        return record.headers().lastHeader(MARKER) != null;
    }

    /** How many partitions are held up. */
    public int partitions() {
        return expiries.size();
    }

    /**
     * Looks whether the reader still waits for every record.
     *
     * @throws AssertionError if it has seen one
     */
    public void checkLasts() {
        long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (System.nanoTime() < until) {
            poll();
        }
        if (!seen.isEmpty()) {
            throw new AssertionError(
                    "Records behind open transactions are seen already: " + seen.keySet());
        }
    }

    /**
     * Waits until the reader has seen every record.
     *
     * @return for each partition the milliseconds between the timeout of its last transaction and
     *     the moment when the record was seen, negative before it; lowest first
     */
    public List<Long> awaitEnd(Duration patience) {
        Waiting.until(
                () ->
                        "records behind the transactions on %s are seen; %s are"
                                .formatted(expiries.keySet(), seen.keySet()),
                patience,
                () -> {
                    poll();
                    return seen.keySet().containsAll(expiries.keySet());
                });
        return expiries.entrySet().stream()
                .map(one -> seen.get(one.getKey()) - one.getValue())
                .sorted()
                .toList();
    }

    private void poll() {
        reader.poll(
                record -> {
                    TopicPartition partition =
                            new TopicPartition(record.topic(), record.partition());
                    if (Objects.equals(offsets.get(partition), record.offset())) {
                        seen.put(partition, System.currentTimeMillis());
                    }
                });
    }

    @Override
    public void close() {
        reader.close();
    }
}
