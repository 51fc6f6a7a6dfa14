package io.labelstream.endtoend;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Plain Kafka clients, as a user's own programs have them. */
public final class KafkaTopics {

    /** Of a topic whose records stay, however old their timestamps are. */
    public static final Map<String, String> KEEPS_ALL = Map.of("retention.ms", "-1");

    /** Of one that also takes whatever a test sends: 20 MB a record, and any timestamp. */
    static final Map<String, String> TAKES_ALL =
            Map.of(
                    "retention.ms", "-1",
                    "max.message.bytes", Integer.toString(20 * 1024 * 1024),
                    "message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));

    private KafkaTopics() {}

    public static void create(
            String servers, String topic, int partitions, Map<String, String> settings) {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers))) {
            get(
                    admin.createTopics(
                                    List.of(
                                            new NewTopic(topic, partitions, (short) 1)
                                                    .configs(settings)))
                            .all());
        }
    }

    static KafkaConsumer<byte[], byte[]> consumer(String servers, String isolation) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation,
                        // What is gone from a topic is an error, not a jump to its end.
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    static KafkaProducer<byte[], byte[]> producer(String servers) {
        return producer(servers, Map.of());
    }

    /** One with settings of its own. */
    public static KafkaProducer<byte[], byte[]> producer(
            String servers, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** One for topics that {@link #TAKES_ALL}. */
    static KafkaProducer<byte[], byte[]> largeProducer(String servers) {
        return producer(servers, Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 20 * 1024 * 1024));
    }

    /** Sends, and waits until the broker has it. */
    public static RecordMetadata send(
            KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        return get(producer.send(record));
    }

    static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka refused", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Kafka", e);
        }
    }
}
