package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The broker's topics, as the harness needs them. Used by one thread. */
final class Topics implements AutoCloseable {

    private final String bootstrapServers;
    private final Admin admin;

    Topics(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** Creates a topic whose records keep the time that their producer gave them. */
    void createInput(String name, int partitions) throws InterruptedException {
        create(name, partitions, "CreateTime");
    }

    /** Creates a topic whose records get the time at which the broker appended them. */
    void createOutput(String name, int partitions) throws InterruptedException {
        create(name, partitions, "LogAppendTime");
    }

    /** Creates a topic whose records are gone after a quarter of an hour or a little later. */
    void createShortLived(String name, int partitions) throws InterruptedException {
        create(
                name,
                partitions,
                Map.of(
                        TopicConfig.RETENTION_MS_CONFIG, "900000",
                        TopicConfig.SEGMENT_BYTES_CONFIG, "8388608"));
    }

    private void create(String name, int partitions, String timestamps)
            throws InterruptedException {
        create(name, partitions, Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, timestamps));
    }

    private void create(String name, int partitions, Map<String, String> settings)
            throws InterruptedException {
        NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(settings);
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            throw new FailureException("Topic %s cannot be created.".formatted(name), e);
        }
    }

    void delete(Collection<String> names) throws InterruptedException {
        try {
            admin.deleteTopics(names).all().get();
        } catch (ExecutionException e) {
            throw new FailureException("Topics %s cannot be deleted.".formatted(names), e);
        }
    }

    /**
     * Writes a backlog: text {@code n} at offset {@code n / partitions} of partition {@code n %
     * partitions}.
     */
    void preload(String topic, int partitions, TextSet texts, long count) {
        feed(topic, partitions, texts, 0, count);
    }

    /** Writes more of a backlog, from text {@code first} on. */
    void feed(String topic, int partitions, TextSet texts, long first, long count) {
        Properties settings = new Properties();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, "20");
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long number = first; number < first + count; number++) {
                byte[] value = texts.text(number).getBytes(StandardCharsets.UTF_8);
                var unused =
                        producer.send(
                                new ProducerRecord<>(
                                        topic, (int) (number % partitions), null, value),
                                (metadata, e) -> failure.compareAndSet(null, e));
            }
        }
        if (failure.get() != null) {
            throw new FailureException(
                    "The backlog cannot be written to topic " + topic + ".", failure.get());
        }
    }

    /** How many records were written, those that end transactions included. */
    long written(String topic, int partitions) throws InterruptedException {
        return ends(topic, partitions, IsolationLevel.READ_UNCOMMITTED).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /**
     * Where each partition ends.
     *
     * @param level of a reader: committed, the first transaction that is still open ends it
     */
    Map<Integer, Long> ends(String topic, int partitions, IsolationLevel level)
            throws InterruptedException {
        Map<TopicPartition, OffsetSpec> latest =
                IntStream.range(0, partitions)
                        .boxed()
                        .collect(
                                Collectors.toMap(
                                        p -> new TopicPartition(topic, p),
                                        p -> OffsetSpec.latest()));
        try {
            Map<Integer, Long> ends = new HashMap<>();
            admin.listOffsets(latest, new ListOffsetsOptions(level))
                    .all()
                    .get()
                    .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
            return ends;
        } catch (ExecutionException e) {
            throw new FailureException("The ends of topic %s are not known.".formatted(topic), e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
