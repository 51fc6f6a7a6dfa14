package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {

    private static final TopicPartition PARTITION = new TopicPartition("texts", 0);

    @Test
    void showsReadCommittedReadersOnlyWhatWasCommitted() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            kafka.createTopic("texts", 1);
            try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
                producer.initTransactions();
                produce(producer, "aborted");
                producer.abortTransaction();
                produce(producer, "committed");
                producer.commitTransaction();
            }

            assertThat(read(kafka, "read_committed", 1)).containsExactly("committed");
            assertThat(read(kafka, "read_uncommitted", 2)).containsExactly("aborted", "committed");
        }
    }

    @Test
    void guardsTransactionsAsNewBrokersDo() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            assertThat(
                            admin.describeFeatures()
                                    .featureMetadata()
                                    .get()
                                    .finalizedFeatures()
                                    .get("transaction.version")
                                    .maxVersionLevel())
                    .isEqualTo((short) 2);
        }
    }

    @Test
    void listensOnThisMachineOnlyAndLeavesNoFolderBehind() throws Exception {
        Path folder;
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            assertThat(kafka.bootstrapServers()).startsWith("127.0.0.1:");
            folder = kafka.ownFolder().orElseThrow();
            assertThat(folder).isNotEmptyDirectory();
        }

        assertThat(folder).doesNotExist();
    }

    @Test
    void keepsTopicsInFolderThatOutlivesIt(@TempDir Path data) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0)) {
            kafka.createTopic("texts", 1);
            try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
                producer.initTransactions();
                produce(producer, "kept");
                producer.commitTransaction();
            }
        }

        try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0)) {
            assertThat(read(kafka, "read_committed", 1)).containsExactly("kept");
        }
        assertThat(data).isNotEmptyDirectory();
    }

    @Test
    void saysWhichPortIsTaken(@TempDir Path data) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            int port = Integer.parseInt(kafka.bootstrapServers().split(":", 2)[1]);

            assertThatThrownBy(() -> EmbeddedKafka.start(data, port))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Port " + port + " of 127.0.0.1 cannot be used");
        }
    }

    @Test
    void refusesTopicThatExists() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            kafka.createTopic("texts", 1);

            assertThatThrownBy(() -> kafka.createTopic("texts", 1))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Topic texts cannot be created");
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(EmbeddedKafka kafka) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        settings.put("transactional.id", "test");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void produce(KafkaProducer<byte[], byte[]> producer, String text)
            throws Exception {
        producer.beginTransaction();
        producer.send(
                        new ProducerRecord<>(
                                PARTITION.topic(), text.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    private static List<String> read(EmbeddedKafka kafka, String isolation, int expected) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        settings.put("isolation.level", isolation.toLowerCase(Locale.ROOT));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            List<String> texts = new ArrayList<>();
            while (texts.size() < expected && System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> message :
                        consumer.poll(Duration.ofMillis(100))) {
                    texts.add(new String(message.value(), StandardCharsets.UTF_8));
                }
            }
            return texts;
        }
    }
}
