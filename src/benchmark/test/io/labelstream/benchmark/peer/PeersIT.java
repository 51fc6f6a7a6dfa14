package io.labelstream.benchmark.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.benchmark.Contender;
import io.labelstream.benchmark.ContenderMain;
import io.labelstream.benchmark.Contenders;
import io.labelstream.benchmark.Workload;
import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ScoredLabel;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import io.labelstream.inference.TinyBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each peer labels a topic of a real broker, each text once, as the model alone does. */
class PeersIT {

    private static final int PARTITIONS = 4;
    private static final int TEXTS = 500;
    private static final String INPUT = "input";
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    /** Long enough for two more commits. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(4);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Position, as {@code partition@offset}, to the model's own answer. */
    private static final Map<String, ScoredLabel> EXPECTED = new HashMap<>();

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;
    private static String bundlePath;

    @BeforeAll
    static void preload() throws Exception {
        // Another model than the small one: -Dlabelstream.benchmark.bundle=FOLDER
        String given = System.getProperty("labelstream.benchmark.bundle", "");
        ModelBundle bundle =
                given.isEmpty()
                        ? TinyBundle.write(folder.resolve("bundle"))
                        : ModelBundle.load(Path.of(given));
        bundlePath = bundle.folder().toString();
        kafka = EmbeddedKafka.start();
        kafka.createTopic(INPUT, PARTITIONS);
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu());
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of(
                                        "bootstrap.servers", kafka.bootstrapServers(),
                                        "key.serializer", ByteArraySerializer.class,
                                        "value.serializer", ByteArraySerializer.class))) {
            for (int i = 0; i < TEXTS; i++) {
                String text = text(i);
                int partition = i % PARTITIONS;
                long offset =
                        producer.send(
                                        new ProducerRecord<>(
                                                INPUT,
                                                partition,
                                                null,
                                                text.getBytes(StandardCharsets.UTF_8)))
                                .get()
                                .offset();
                EncodedText encoded = classifier.tokenizer().encode(text, "");
                float[] logits = classifier.run(List.of(encoded), false).get(0).logits();
                EXPECTED.put(
                        partition + "@" + offset, Classification.answer(bundle, logits, 0).best());
            }
        }
    }

    private static String text(int i) {
        return (i % 3 == 0 ? "an awful, bad film " : "I love it: great food \u4e2d ")
                + "the film ".repeat(i % 17)
                + (i % 50 == 7 ? "hate ".repeat(200) : "");
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    /** Peers and settings; of one peer with {@code -Dlabelstream.benchmark.peer=NAME}. */
    static Stream<Arguments> peers() {
        String only = System.getProperty("labelstream.benchmark.peer", "");
        return Contenders.ALL.stream()
                .filter(contender -> only.isEmpty() || contender.name().equals(only))
                .filter(contender -> contender.getClass().getPackageName().endsWith(".peer"))
                .flatMap(
                        peer ->
                                peer.sweep().stream()
                                        .map(
                                                settings ->
                                                        Arguments.of(peer.name(), settings, peer)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("peers")
    void labelsEachTextOnceAsTheModelDoes(String name, Map<String, String> settings, Contender peer)
            throws Exception {
        String run = name + settings.values();
        String output = run.replaceAll("[^a-z0-9-]", ".");
        kafka.createTopic(output, PARTITIONS);
        Path files = Files.createDirectories(folder.resolve(output));
        Workload workload =
                new Workload(
                        kafka.bootstrapServers(),
                        INPUT,
                        output,
                        "",
                        output,
                        bundlePath,
                        "",
                        2,
                        PARTITIONS,
                        1000,
                        files.toString());
        Path log = files.resolve("log.txt");
        Process process = start(peer, workload, settings, files, log);
        try {
            assertAnswers(read(output, process, log));
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static Process start(
            Contender peer, Workload workload, Map<String, String> settings, Path files, Path log)
            throws IOException {
        Path workloadFile = files.resolve("workload.json");
        Path settingsFile = files.resolve("settings.json");
        JSON.writeValue(workloadFile.toFile(), workload);
        JSON.writeValue(settingsFile.toFile(), settings);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(System.getProperty("labelstream.benchmark.jvm.arguments").split(" ")));
        command.addAll(
                List.of(
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ContenderMain.class.getName(),
                        peer.name(),
                        workloadFile.toString(),
                        settingsFile.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Reads until there are as many results as texts, and then a while for any too many. */
    private static List<JsonNode> read(String topic, Process process, Path log) throws IOException {
        List<JsonNode> results = new ArrayList<>();
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                "isolation.level",
                                "read_committed",
                                "auto.offset.reset",
                                "earliest",
                                "key.deserializer",
                                ByteArrayDeserializer.class,
                                "value.deserializer",
                                ByteArrayDeserializer.class))) {
            consumer.assign(
                    Stream.iterate(0, i -> i + 1)
                            .limit(PARTITIONS)
                            .map(partition -> new TopicPartition(topic, partition))
                            .toList());
            while (System.nanoTime() < deadline) {
                boolean complete = results.size() >= TEXTS;
                for (var message : consumer.poll(Duration.ofMillis(200))) {
                    results.add(JSON.readTree(message.value()));
                }
                if (!complete && results.size() >= TEXTS) {
                    deadline = System.nanoTime() + AFTERWARDS.toNanos();
                }
                assertThat(process.isAlive())
                        .withFailMessage(() -> "The peer ended: " + contents(log))
                        .isTrue();
            }
        }
        assertThat(results.size())
                .withFailMessage(
                        () ->
                                results.size()
                                        + " results in time, expected "
                                        + TEXTS
                                        + ": "
                                        + contents(log))
                .isEqualTo(TEXTS);
        return results;
    }

    private static String contents(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void assertAnswers(List<JsonNode> results) {
        Map<String, JsonNode> byPosition = new HashMap<>();
        for (JsonNode result : results) {
            JsonNode source = result.path("source");
            assertThat(source.path("topic").asText()).isEqualTo(INPUT);
            byPosition.put(
                    source.path("partition").asInt() + "@" + source.path("offset").asLong(),
                    result);
        }
        assertThat(byPosition.keySet()).isEqualTo(EXPECTED.keySet());
        byPosition.forEach(
                (position, result) -> {
                    ScoredLabel expected = EXPECTED.get(position);
                    assertThat(result.path("label").asText())
                            .as(position)
                            .isEqualTo(expected.label());
                    assertThat(result.path("score").asDouble())
                            .as(position)
                            .isEqualTo(expected.score(), within(1e-4));
                });
    }
}
