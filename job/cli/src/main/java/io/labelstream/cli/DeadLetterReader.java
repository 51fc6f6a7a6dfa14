package io.labelstream.cli;

import io.labelstream.serde.SourcePosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a dead-letter topic up to where it ended when it was opened: committed messages, in the
 * order of partition and offset, as often as asked. Joins no consumer group and commits no offsets.
 * Used by one thread.
 */
final class DeadLetterReader implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(500);

    /** Less than the broker waits for an open transaction, which a replay may have meanwhile. */
    private static final Duration MOST_SILENCE = Duration.ofSeconds(30);

    /** What is read of a partition; {@code end} is behind the last. */
    private record Range(TopicPartition partition, long from, long end) {}

    private final String servers;
    private final String topic;
    private final BooleanSupplier stopped;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Integer> topics = new HashMap<>();
    private final List<Range> ranges = new ArrayList<>();

    /**
     * Connects, and finds out where the topic ends.
     *
     * @param settings of a consumer
     * @param servers for messages
     * @param after position of the last dead letter to pass over, at most one for a partition;
     *     other partitions are read from their beginning
     * @param stopped asked now and then whether to end early
     * @throws FailureException if Kafka does not answer, or has no such topic
     * @throws UsageException if the topic has no such position
     */
    DeadLetterReader(
            Properties settings,
            String servers,
            String topic,
            List<SourcePosition> after,
            BooleanSupplier stopped) {
        this.servers = servers;
        this.topic = topic;
        this.stopped = stopped;
        this.consumer = consumer(settings, servers);
        try {
            find(after);
        } catch (KafkaException e) {
            consumer.close();
            throw KafkaFailure.of(servers, "topic %s cannot be looked at".formatted(topic), e);
        } catch (FailureException | UsageException e) {
            consumer.close();
            throw e;
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Properties clients, String servers) {
        Properties settings = new Properties();
        settings.putAll(clients);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // What the topic no longer keeps is passed over, and nothing else.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        try {
            return new KafkaConsumer<>(
                    settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw KafkaFailure.noClient(servers, e);
        }
    }

    private void find(List<SourcePosition> after) {
        for (Map.Entry<String, List<PartitionInfo>> found :
                consumer.listTopics(PATIENCE).entrySet()) {
            topics.put(found.getKey(), found.getValue().size());
        }
        List<TopicPartition> partitions = new ArrayList<>();
        for (int partition = 0; partition < partitions(topic); partition++) {
            partitions.add(new TopicPartition(topic, partition));
        }
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, PATIENCE);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
        Map<TopicPartition, Long> passed = new HashMap<>();
        for (SourcePosition position : after) {
            TopicPartition partition = new TopicPartition(position.topic(), position.partition());
            long end = ends.getOrDefault(partition, 0L);
            if (position.offset() >= end) {
                throw new UsageException(
                        "--after %s: there is no such dead letter; the partition ends before offset %d."
                                .formatted(position, end));
            }
            passed.put(partition, position.offset());
        }
        for (TopicPartition partition : partitions) {
            long from =
                    Math.max(beginnings.get(partition), passed.getOrDefault(partition, -1L) + 1);
            ranges.add(new Range(partition, from, ends.get(partition)));
        }
    }

    /**
     * Checks that topics exist.
     *
     * @throws FailureException if one of them does not
     */
    void checkTopics(Set<String> names) {
        Set<String> missing = new TreeSet<>(names);
        missing.removeAll(topics.keySet());
        if (!missing.isEmpty()) {
            throw new FailureException(
                    "Kafka at %s: topics %s do not exist, or this user may not see them. Create them first."
                            .formatted(servers, missing));
        }
    }

    /**
     * How many partitions a topic has.
     *
     * @throws FailureException if it does not exist
     */
    int partitions(String name) {
        checkTopics(Set.of(name));
        return topics.get(name);
    }

    /**
     * Reads the topic.
     *
     * @param visitor takes one dead letter after another, and says whether to go on
     * @throws FailureException if Kafka no longer answers, or the reading was stopped
     */
    void read(Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
        for (Range range : ranges) {
            if (range.from() < range.end() && !read(range, visitor)) {
                return;
            }
        }
    }

    private boolean read(Range range, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
        consumer.assign(List.of(range.partition()));
        consumer.seek(range.partition(), range.from());
        long position = range.from();
        long lastProgress = System.nanoTime();
        while (position < range.end()) {
            if (stopped.getAsBoolean()) {
                throw new FailureException("Stopped.");
            }
            for (ConsumerRecord<byte[], byte[]> letter : poll()) {
                if (letter.offset() >= range.end()) {
                    return true;
                }
                if (!visitor.test(letter)) {
                    return false;
                }
            }
            long now = System.nanoTime();
            // Without records too: the ends of transactions take an offset each.
            long reached = position(range.partition());
            if (reached > position) {
                lastProgress = now;
            } else if (now - lastProgress > MOST_SILENCE.toNanos()) {
                throw new FailureException(
                        "Kafka at %s: topic %s cannot be read: nothing came for %d s at %s."
                                .formatted(
                                        servers,
                                        topic,
                                        MOST_SILENCE.toSeconds(),
                                        new SourcePosition(
                                                topic, range.partition().partition(), reached)));
            }
            position = reached;
        }
        return true;
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        try {
            return consumer.poll(POLL);
        } catch (KafkaException e) {
            throw KafkaFailure.of(servers, "topic %s cannot be read".formatted(topic), e);
        }
    }

    private long position(TopicPartition partition) {
        try {
            return consumer.position(partition, PATIENCE);
        } catch (KafkaException e) {
            throw KafkaFailure.of(servers, "topic %s cannot be read".formatted(topic), e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
