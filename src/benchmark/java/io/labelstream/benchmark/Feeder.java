package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes texts to an input topic: text {@code n} at offset {@code n / partitions} of partition
 * {@code n % partitions}. Used by one thread.
 */
final class Feeder implements AutoCloseable {

    private final String topic;
    private final int partitions;
    private final TextSet texts;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long fed;

    Feeder(String bootstrapServers, String topic, int partitions, TextSet texts) {
        this.topic = topic;
        this.partitions = partitions;
        this.texts = texts;
        Map<String, Object> settings =
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.LINGER_MS_CONFIG,
                        "20");
        this.producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Writes until so many texts were written in all.
     *
     * @throws FailureException if the broker did not take one
     */
    void feedUpTo(long count) {
        for (; fed < count; fed++) {
            byte[] value = texts.text(fed).getBytes(StandardCharsets.UTF_8);
            var unused =
                    producer.send(
                            new ProducerRecord<>(topic, (int) (fed % partitions), null, value),
                            (metadata, e) -> failure.compareAndSet(null, e));
        }
        producer.flush();
        if (failure.get() != null) {
            throw new FailureException(
                    "Texts cannot be written to topic " + topic + ".", failure.get());
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
