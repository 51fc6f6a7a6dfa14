package io.labelstream.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.endtoend.KafkaTopics;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Feed and readers on a real broker: what they see, and why they stop. */
@Timeout(300)
class FeedAndReadersIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void readersTellWhatWasAborted() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            String servers = kafka.bootstrapServers();
            kafka.createTopic("labelled", 1);
            kafka.createTopic("unreadable", 1);
            try (RecordingReader committed = reader(servers, "read_committed");
                    RecordingReader uncommitted = reader(servers, "read_uncommitted");
                    KafkaProducer<byte[], byte[]> producer =
                            KafkaTopics.producer(
                                    servers,
                                    Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "writer"))) {
                producer.initTransactions();
                producer.beginTransaction();
                KafkaTopics.send(producer, new ProducerRecord<>("labelled", json()));
                KafkaTopics.send(producer, new ProducerRecord<>("labelled", json()));
                uncommitted.awaitCount(2, PATIENCE);
                producer.abortTransaction();
                producer.beginTransaction();
                KafkaTopics.send(producer, new ProducerRecord<>("labelled", json()));
                producer.commitTransaction();
                uncommitted.awaitCount(3, PATIENCE);
                committed.awaitCount(1, PATIENCE);

                OutputLog end = readAll(servers);
                assertThat(end.records()).isEqualTo(committed.log().records()).hasSize(1);
                assertThat(uncommitted.log().countAbsentFrom(end)).isEqualTo(2);
                assertThat(OutputLog.readAll(servers, "read_uncommitted", "labelled").size())
                        .isEqualTo(3);
            }
        }
    }

    @Test
    void feedAndReaderSayWhyTheyCannotGoOn() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            String servers = kafka.bootstrapServers();
            KafkaTopics.create(servers, "reviews", 2, Map.of("max.message.bytes", "1000"));
            kafka.createTopic("labelled", 1);
            kafka.createTopic("unreadable", 1);
            InputLog input = new InputLog();
            try (LoadFeed feed = new LoadFeed(servers, "reviews", "feed", input)) {
                assertThatThrownBy(() -> feed.start(0))
                        .hasMessage(
                                "Feed feed: a rate of 0, expected at least 1 message per second. Use pause().");
                feed.send("good", 3, Expectation.LABELLED);
                feed.awaitAllAcknowledged(PATIENCE);
                assertThat(input.messages())
                        .extracting(m -> m.position() + " " + m.seq())
                        .containsExactly("reviews-0@0 0", "reviews-0@1 1", "reviews-1@0 0");

                feed.send("good ".repeat(1000), 1, Expectation.LABELLED);
                assertThatThrownBy(() -> feed.awaitAllAcknowledged(PATIENCE))
                        .hasMessage("Feed feed cannot say any more what stands in topic reviews")
                        .hasRootCauseInstanceOf(RecordTooLargeException.class)
                        .hasStackTraceContaining("Message 1 was not acknowledged with an offset");
            }
            try (RecordingReader reader = reader(servers, "read_committed");
                    KafkaProducer<byte[], byte[]> producer =
                            KafkaTopics.producer(servers, Map.of())) {
                long before = reader.lastSeenNanos();
                KafkaTopics.send(producer, new ProducerRecord<>("labelled", json()));
                reader.awaitCount(1, PATIENCE);
                assertThat(reader.lastSeenNanos()).isGreaterThan(before);
                KafkaTopics.send(producer, new ProducerRecord<>("labelled", new byte[] {'?'}));
                assertThatThrownBy(() -> reader.awaitCount(2, PATIENCE))
                        .hasMessage("recording-reader-read_committed stopped after 1 records")
                        .hasStackTraceContaining("labelled-0@1 is no JSON");
            }
        }
    }

    private static byte[] json() {
        return "{\"label\":\"good\"}".getBytes(StandardCharsets.UTF_8);
    }

    private static RecordingReader reader(String servers, String isolation) {
        return new RecordingReader(servers, isolation, "labelled", "unreadable");
    }

    private static OutputLog readAll(String servers) {
        return OutputLog.readAll(servers, "read_committed", "labelled", "unreadable");
    }
}
