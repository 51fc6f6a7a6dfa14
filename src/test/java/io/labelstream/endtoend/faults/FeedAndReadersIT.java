package io.labelstream.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.cli.LocalCluster;
import io.labelstream.endtoend.JavaProcess;
import io.labelstream.endtoend.KafkaTopics;
import io.labelstream.endtoend.OfflineModel;
import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.faults.GuaranteeChecker.Options;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TinyBundle;
import io.labelstream.streaming.JobConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Feed, readers, checker and privacy check, around a real job whose only broker is killed. */
@Timeout(300)
class FeedAndReadersIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);
    private static final int RATE = 200;

    @TempDir Path folder;

    @Test
    void judgeAJobWhoseBrokerIsKilled() throws Exception {
        int port = freePort();
        String servers = "127.0.0.1:" + port;
        ModelBundle bundle = TinyBundle.write(folder.resolve("tiny"));
        JavaProcess broker = startBroker(port);
        KafkaTopics.create(servers, "reviews", 4, Map.of());
        KafkaTopics.create(servers, "labelled", 3, Map.of());
        KafkaTopics.create(servers, "unreadable", 1, Map.of());
        InputLog input = new InputLog();
        JobConfig config = config(servers);
        Configuration flink = config.flinkConfiguration();
        try (LocalCluster cluster = LocalCluster.start(flink, 2, folder);
                LoadFeed feed = new LoadFeed(servers, "reviews", "feed", input);
                RecordingReader concurrent = reader(servers, "read_committed");
                OfflineModel model = OfflineModel.open(bundle)) {
            cluster.submit(config, flink);
            feed.start(RATE);
            concurrent.awaitCount(5 * RATE, PATIENCE);
            long killed = System.nanoTime();
            kill(broker);
            assertThat(concurrent.firstNewAfter(killed)).isEmpty();
            int acknowledged = feed.acknowledged();
            Waiting.until(
                    "the feed has gone on without a broker",
                    PATIENCE,
                    () -> {
                        Waiting.pause();
                        return feed.sent() > acknowledged + RATE;
                    });
            broker = startBroker(port);
            Waiting.until(
                    "the job has recovered",
                    PATIENCE,
                    () -> {
                        Waiting.pause();
                        return concurrent.firstNewAfter(killed).isPresent();
                    });
            assertThat(concurrent.firstNewAfter(killed).get()).isBetween(ONE_SECOND, PATIENCE);
            feed.pause();
            int paused = feed.sent();
            feed.send(TinyBundle.FAILING_WORD, 2, Expectation.DEAD);
            feed.send("not good", 3, Expectation.LABELLED);
            feed.awaitAllAcknowledged(PATIENCE);
            assertThat(feed.sent()).isEqualTo(paused + 5).isEqualTo(input.size());
            concurrent.awaitCount(input.size(), PATIENCE);

            OutputLog committed = readAll(servers);
            assertThat(check(input, concurrent.log(), committed, model)).isEmpty();
            assertThat(input.messages())
                    .extracting(InputLog.Message::expected)
                    .contains(Expectation.DEAD);
            assertThat(committed.records())
                    .extracting(OutputRecord::label)
                    .contains("positive", "negative");
            assertThat(concurrent.log().countAbsentFrom(committed)).isZero();
            rejectsTheSameWithoutOne(input, concurrent.log(), committed, model);
            assertThat(
                            new PrivacyCheck(PrivacyCheck.TEXT_CANARY, PrivacyCheck.SECRET_CANARY)
                                    .searchFlink(cluster.webUi()))
                    .satisfies(result -> assertThat(result.found()).isEmpty())
                    .satisfies(result -> assertThat(result.searched()).isGreaterThan(40));
        } finally {
            broker.close();
        }
    }

    private static void rejectsTheSameWithoutOne(
            InputLog input, OutputLog concurrent, OutputLog committed, OfflineModel model) {
        List<OutputRecord> records = new ArrayList<>(committed.records());
        records.remove(records.size() / 2);
        assertThat(check(input, concurrent, OutputLog.of(records), model))
                .extracting(Violation::kind)
                .containsExactly(Violation.Kind.MISSING, Violation.Kind.VANISHED);
    }

    private static List<Violation> check(
            InputLog input, OutputLog concurrent, OutputLog committed, OfflineModel model) {
        return GuaranteeChecker.check(
                input, concurrent, committed, model::answer, Options.strict());
    }

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

    private JavaProcess startBroker(int port) throws IOException {
        return JavaProcess.start(
                folder,
                EmbeddedKafka.class.getName(),
                folder.resolve("broker").toString(),
                Integer.toString(port));
    }

    /** As {@code kill -9} does. */
    private static void kill(JavaProcess broker) {
        broker.close();
        Waiting.until(
                "the broker is gone",
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return !broker.isAlive();
                });
    }

    private JobConfig config(String servers) {
        return JobConfig.of(
                new TreeMap<>(
                        Map.ofEntries(
                                Map.entry("kafka.bootstrap.servers", servers),
                                Map.entry("kafka.ssl.key.password", PrivacyCheck.SECRET_CANARY),
                                Map.entry("input.topics", "reviews"),
                                Map.entry("output.topic", "labelled"),
                                Map.entry("output.transactional-id-prefix", "feed-and-readers"),
                                Map.entry("dead-letter.topic", "unreadable"),
                                Map.entry("model.path", folder.resolve("tiny").toString()),
                                Map.entry("job.parallelism", "2"),
                                Map.entry("device.type", "cpu"),
                                Map.entry("checkpoint.interval", "1 s"),
                                Map.entry(
                                        "checkpoint.directory",
                                        folder.resolve("state").toString()))));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
