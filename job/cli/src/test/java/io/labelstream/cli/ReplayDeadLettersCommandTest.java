package io.labelstream.cli;

import static io.labelstream.cli.DeadLetters.TIMESTAMP;
import static io.labelstream.cli.DeadLetters.bytes;
import static io.labelstream.cli.DeadLetters.header;
import static io.labelstream.cli.DeadLetters.message;
import static io.labelstream.cli.DeadLetters.written;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetterSettings.Payload;
import io.labelstream.serde.RawMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole command on a real broker. */
@Timeout(180)
class ReplayDeadLettersCommandTest {

    private static final int MAX_BYTES = 1024 * 1024;
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static EmbeddedKafka kafka;

    @TempDir Path folder;

    private String in;
    private String other;
    private String dead;
    private Consoles console;

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void createTopics() throws IOException {
        int test = TESTS.incrementAndGet();
        in = "in-" + test;
        other = "other-" + test;
        dead = "dead-" + test;
        kafka.createTopic(in, 3);
        kafka.createTopic(other, 1);
        kafka.createTopic(dead, 2);
    }

    @Test
    void sendsChosenOnesBackAsTheyWere() throws Exception {
        byte[] key = {1, (byte) 0xFF};
        byte[] value = {(byte) 0xC3, 0x28};
        write(
                0,
                letter(message(in, 0, 7, key, value), DeadLetter.Reason.SCHEMA),
                letter(
                        message(
                                in,
                                2,
                                8,
                                key,
                                value,
                                header("b", "secret"),
                                header("a", null),
                                header("b", "2")),
                        DeadLetter.Reason.PARSE));

        assertThat(run("--reason", "parse,too_long")).as(console.err()).isZero();

        assertThat(read(in))
                .singleElement()
                .satisfies(
                        message -> {
                            assertThat(message.partition()).isEqualTo(2);
                            assertThat(message.key()).isEqualTo(key);
                            assertThat(message.value()).isEqualTo(value);
                            assertThat(message.timestamp()).isEqualTo(TIMESTAMP);
                            assertThat(written(message.headers()))
                                    .containsExactly(
                                            "b=secret",
                                            "a",
                                            "b=2",
                                            "labelstream.replayed=" + dead + "-0@1");
                        });
        assertThat(console.out().lines())
                .anyMatch(line -> line.matches("reason +found +chosen +sent +not replayable"))
                .anyMatch(line -> line.matches("PARSE +1 +1 +1 +0"))
                .anyMatch(line -> line.matches("SCHEMA +1 +0 +0 +0"))
                .anyMatch(line -> line.matches("all +2 +1 +1 +0"))
                .anyMatch(line -> line.matches(in + " +2 +1 +1 +0"));
        assertThat(console.err()).isEmpty();
        assertThat(console.out()).doesNotContain("secret");
    }

    @Test
    void sendsAllInOrderOfPartitionAndOffset() throws Exception {
        write(1, text(1, "third"), text(1, "fourth"));
        write(0, text(1, "first"), text(1, "second"));

        assertThat(run()).as(console.err()).isZero();

        assertThat(texts(in)).containsExactly("first", "second", "third", "fourth");
        assertThat(console.err()).contains("all dead letters go back");
    }

    @Test
    void choosesByStageTopicTimeAndPosition() throws Exception {
        write(
                0,
                letter(message(in, 0, 1, null, bytes("a")), DeadLetter.Reason.PARSE),
                letter(message(in, 0, 2, null, bytes("b")), DeadLetter.Reason.PARSE),
                letter(message(other, 0, 1, null, bytes("c")), DeadLetter.Reason.PARSE));

        assertThat(run("--stage", "classify")).isZero();
        assertThat(run("--until", Long.toString(TIMESTAMP))).isZero();
        assertThat(read(in)).isEmpty();
        assertThat(run("--position", in + "-0@2", "--position", in + "-1@1")).isZero();
        assertThat(texts(in)).containsExactly("b");
        assertThat(run("--source-topic", other, "--stage", "decode", "--from", "2023-01-01"))
                .isZero();
        assertThat(texts(other)).containsExactly("c");
    }

    @Test
    void sendsTombstonesAndReportsWhatCannotGoBack() throws Exception {
        RawMessage message = message(in, 0, 7, bytes("k"), bytes("secret"));
        write(
                0,
                letter(message(in, 0, 6, bytes("k"), null), DeadLetter.Reason.TOMBSTONE),
                DeadLetters.letter(dead, message, DeadLetter.Reason.PARSE, Payload.HASH, MAX_BYTES),
                new ProducerRecord<>(dead, bytes("no dead letter: secret")));

        assertThat(run("--json")).as(console.err()).isZero();

        assertThat(read(in))
                .singleElement()
                .satisfies(
                        tombstone -> {
                            assertThat(tombstone.key()).isEqualTo(bytes("k"));
                            assertThat(tombstone.value()).isNull();
                        });
        assertThat(console.out() + console.err()).doesNotContain("secret");
        JsonNode summary = new ObjectMapper().readTree(console.out());
        assertThat(summary.path("found").asInt()).isEqualTo(3);
        assertThat(summary.path("chosen").asInt()).isEqualTo(2);
        assertThat(summary.path("sent").asInt()).isEqualTo(1);
        assertThat(summary.path("not_replayable").asInt()).isEqualTo(2);
        assertThat(summary.path("unreadable").asInt()).isEqualTo(1);
        assertThat(summary.path("reasons").path("TOMBSTONE").path("sent").asInt()).isEqualTo(1);
        assertThat(summary.path("reasons").path("PARSE").path("not_replayable").asInt())
                .isEqualTo(1);
        assertThat(summary.path("source_topics").path(in).path("found").asInt()).isEqualTo(2);
        assertThat(summary.path("not_replayable_at").toString())
                .isEqualTo(
                        "[{\"position\":\"%s-0@1\",\"why\":\"VALUE_LEFT_OUT\"},{\"position\":\"%s-0@2\",\"why\":\"NOT_A_DEAD_LETTER\"}]"
                                .formatted(dead, dead));
        assertThat(summary.path("after").toString()).isEqualTo("[\"" + dead + "-0@0\"]");
    }

    @Test
    void saysInATableWhatCannotGoBack() throws Exception {
        write(0, new ProducerRecord<>(dead, bytes("x")));

        assertThat(run()).as(console.err()).isZero();

        assertThat(console.out().lines())
                .anyMatch(line -> line.matches("\\(unreadable\\) +1 +0 +0 +1"))
                .contains(
                        "  %s-0@0: its headers labelstream.* are missing or cannot be read"
                                .formatted(dead));
    }

    @Test
    void dryRunSaysWhatItWouldSendAndSendsNothing() throws Exception {
        write(0, text(0, "a"), text(0, "b"));

        assertThat(run("--dry-run")).as(console.err()).isZero();

        assertThat(ends(in)).allSatisfy((partition, end) -> assertThat(end).isZero());
        assertThat(console.out().lines())
                .anyMatch(line -> line.matches("reason +found +chosen +to send +not replayable"))
                .anyMatch(line -> line.matches("PARSE +2 +2 +2 +0"));
        assertThat(console.err()).isEmpty();
    }

    @Test
    void endsAtTheLimitAndGoesOnBehindIt() throws Exception {
        write(0, text(0, "a"), text(0, "b"), text(0, "c"));
        write(1, text(0, "d"));

        assertThat(run("--limit", "2")).as(console.err()).isZero();
        assertThat(texts(in)).containsExactly("a", "b");
        assertThat(console.err())
                .contains("run the same command with --after %s-0@1.".formatted(dead));

        assertThat(run("--after", dead + "-0@1")).as(console.err()).isZero();
        assertThat(texts(in)).containsExactly("a", "b", "c", "d");

        assertThat(run("--after", dead + "-0@2", "--after", dead + "-1@0")).isZero();
        assertThat(texts(in)).hasSize(4);
    }

    @Test
    void sendsToAnotherTopicOnRequest() throws Exception {
        write(0, text(2, "a"));

        assertThat(run("--to", other)).as(console.err()).isZero();

        assertThat(texts(other)).containsExactly("a");
        assertThat(read(in)).isEmpty();
    }

    @Test
    void sendsNothingWhereATopicIsMissing() throws Exception {
        write(
                0,
                text(0, "a"),
                letter(message("gone", 0, 1, null, bytes("b")), DeadLetter.Reason.PARSE));

        assertThat(run()).isEqualTo(Labelstream.FAILED);
        assertThat(console.err()).contains("topics [gone] do not exist");
        assertThat(run("--dry-run")).isEqualTo(Labelstream.FAILED);
        assertThat(run("--to", "gone-too")).isEqualTo(Labelstream.FAILED);
        assertThat(console.err()).contains("topics [gone-too] do not exist");
        assertThat(run("--set", "dead-letter.topic=no-such-topic")).isEqualTo(Labelstream.FAILED);
        assertThat(console.err()).contains("topics [no-such-topic] do not exist");
        assertThat(read(in)).isEmpty();
    }

    @Test
    void readsNoDeadLettersOfAbortedTransactions() throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        settings.put("transactional.id", dead);
        try (KafkaProducer<byte[], byte[]> producer = producer(settings)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(at(0, text(0, "aborted"))).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(at(0, text(0, "committed"))).get();
            producer.commitTransaction();
        }
        // Until the end of the transaction is in the topic as well.
        assertThat(read(dead)).hasSize(1);

        assertThat(run()).as(console.err()).isZero();

        assertThat(texts(in)).containsExactly("committed");
    }

    @Test
    void whatFailsMidwaySaysHowFarItCameAndHowToGoOn() throws Exception {
        // A transaction takes 1,000 messages: the second one meets one that the topic refuses.
        limitMessages(in, 300_000);
        List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
        for (int i = 0; i < 1001; i++) {
            letters.add(text(0, "text " + i));
        }
        letters.add(text(0, "x".repeat(400_000)));
        write(0, letters);

        assertThat(run()).isEqualTo(Labelstream.FAILED);
        assertThat(console.err())
                .contains("the message of %s-0@1001 was refused: ".formatted(dead))
                .contains("Sent back for sure: 1000. ")
                .contains("run the same command with --after %s-0@999.".formatted(dead));
        assertThat(console.out()).isEmpty();
        assertThat(texts(in)).hasSize(1000).endsWith("text 999");

        limitMessages(in, 1_000_000);
        assertThat(run("--after", dead + "-0@999")).as(console.err()).isZero();
        assertThat(texts(in)).hasSize(1002).doesNotHaveDuplicates();
    }

    private static void limitMessages(String topic, int bytes) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry(
                                                            "max.message.bytes",
                                                            Integer.toString(bytes)),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--reason BORED",
                "--stage launch",
                "--limit 0",
                "--position in",
                "--from yesterday",
                "--from 2026-01-02 --until 2026-01-02",
                "--after in-0@1",
                "--after DEAD-0@1 --after DEAD-0@2",
                "--after DEAD-0@1",
                "--after DEAD-9@0",
                "--to DEAD",
                "--set dead-letter.topik=x"
            })
    void refusesWrongUsageWithASentenceAndCodeTwo(String arguments) throws Exception {
        write(0, text(0, "a"));

        assertThat(run(arguments.replace("DEAD", dead).split(" ", -1)))
                .isEqualTo(Labelstream.WRONG_USAGE);
        assertThat(console.err()).isNotBlank().doesNotContain("\tat ");
        assertThat(console.out()).isEmpty();
        assertThat(read(in)).isEmpty();
    }

    @Test
    void namesTheBrokerThatDoesNotAnswer() throws Exception {
        assertThat(run("--set", "kafka.bootstrap.servers=127.0.0.1:1"))
                .isEqualTo(Labelstream.FAILED);
        assertThat(console.err()).contains("Kafka at 127.0.0.1:1: ");
    }

    @Test
    void quotesNoLoginThatKafkaComplainsOf() throws Exception {
        Path login = Files.writeString(folder.resolve("login"), "nonsense secret");
        assertThat(
                        run(
                                "--set",
                                "kafka.security.protocol=SASL_PLAINTEXT",
                                "--set",
                                "kafka.sasl.jaas.config=${file:" + login + "}"))
                .isEqualTo(Labelstream.FAILED);
        assertThat(console.err()).contains("the client cannot be made").doesNotContain("secret");
    }

    @Test
    void helpsWithinEightyColumns() {
        console = new Consoles();

        assertThat(console.run("replay-dead-letters", "--help")).isZero();
        assertThat(console.out()).startsWith("Usage: labelstream replay-dead-letters");
        assertThat(console.out().lines()).allMatch(line -> line.length() <= 80);
    }

    /** Runs the command; what it printed is then in {@link #console}. */
    private int run(String... options) throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("job.yaml"),
                        """
                        kafka.bootstrap.servers: %s
                        input.topics: [%s, %s]
                        output: {topic: out, transactional-id-prefix: %s}
                        dead-letter.topic: %s
                        model.path: not-looked-at
                        """
                                .formatted(kafka.bootstrapServers(), in, other, in, dead));
        console = new Consoles();
        return console.run(
                Stream.concat(
                                Stream.of("replay-dead-letters", "--config", config.toString()),
                                Arrays.stream(options))
                        .toArray(String[]::new));
    }

    private ProducerRecord<byte[], byte[]> text(int partition, String text) {
        return letter(message(in, partition, 0, bytes("k"), bytes(text)), DeadLetter.Reason.PARSE);
    }

    private ProducerRecord<byte[], byte[]> letter(RawMessage message, DeadLetter.Reason reason) {
        return DeadLetters.letter(dead, message, reason, Payload.FULL, MAX_BYTES);
    }

    /** Writes dead letters to a partition of their topic. */
    @SafeVarargs
    private final void write(int partition, ProducerRecord<byte[], byte[]>... letters)
            throws Exception {
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> letter : letters) {
            all.add(letter);
        }
        write(partition, all);
    }

    private void write(int partition, List<ProducerRecord<byte[], byte[]>> letters)
            throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer = producer(settings)) {
            List<Future<?>> sent = new ArrayList<>();
            for (ProducerRecord<byte[], byte[]> letter : letters) {
                sent.add(producer.send(at(partition, letter)));
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(Properties settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private ProducerRecord<byte[], byte[]> at(
            int partition, ProducerRecord<byte[], byte[]> letter) {
        return new ProducerRecord<>(
                dead,
                partition,
                letter.timestamp(),
                letter.key(),
                letter.value(),
                letter.headers());
    }

    private static List<String> texts(String topic) {
        return read(topic).stream()
                .map(message -> new String(message.value(), StandardCharsets.UTF_8))
                .toList();
    }

    /** What is committed, in the order of partition and offset. */
    private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        Map<TopicPartition, Long> ends = ends(topic);
        List<ConsumerRecord<byte[], byte[]>> messages = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                consumer.poll(Duration.ofMillis(100)).forEach(messages::add);
            }
        }
        messages.sort(
                Comparator.comparing(ConsumerRecord<byte[], byte[]>::partition)
                        .thenComparing(ConsumerRecord::offset));
        return messages;
    }

    /** Behind all that was ever written, committed or not: who reads up to there has it all. */
    private static Map<TopicPartition, Long> ends(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_uncommitted")) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            return new HashMap<>(consumer.endOffsets(partitions));
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        settings.put("isolation.level", isolation);
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
