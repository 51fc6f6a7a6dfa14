package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.EmbeddedKafka;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A running job and a schema registry in a process of its own: the input's schema changes, and the
 * registry is away for a minute ({@code -Dlabelstream.registry.outage.seconds=N} for another time).
 */
@Timeout(600)
class SchemaRegistryIT {

    private static final Duration OUTAGE =
            Duration.ofSeconds(Long.getLong("labelstream.registry.outage.seconds", 60));
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String SUBJECT = "registry-in-value";
    private static final String FIRST =
            schema(
                    """
                    {"name": "stars", "type": "int"}, {"name": "text", "type": "string"}
                    """);
    private static final String ONE_FIELD_MORE =
            schema(
                    """
                    {"name": "stars", "type": "int"}, {"name": "text", "type": "string"},
                    {"name": "language", "type": ["null", "string"], "default": null}
                    """);
    private static final String RENAMED_AND_WIDER =
            schema(
                    """
                    {"name": "stars", "type": "long"}, {"name": "body", "type": "string"},
                    {"name": "language", "type": ["null", "string"], "default": null}
                    """);
    private static final String NAMES_JAVA_CLASSES =
            schema(
                    """
                    {"name": "stars", "type": "int"}, {"name": "text", "type": {"type": "string",
                      "avro.java.string": "String", "java-class": "com.example.NoSuchClass"}}
                    """);
    private static final String WITHOUT_THE_TEXT =
            schema(
                    """
                    {"name": "stars", "type": "int"}
                    """);
    private static final String SEEN_IN_THE_OUTAGE =
            schema(
                    """
                    {"name": "stars", "type": "long"}, {"name": "body", "type": "string"},
                    {"name": "shop", "type": "string", "default": ""}
                    """);

    /** What the job reads all of them as. */
    private static final String READER =
            schema(
                    """
                    {"name": "stars", "type": "long"},
                    {"name": "body", "type": "string", "aliases": ["text"]},
                    {"name": "language", "type": ["null", "string"], "default": null}
                    """);

    @TempDir Path folder;

    private EmbeddedKafka kafka;
    private TestRegistry registry;
    private OfflineModel model;
    private JobSettings settings;
    private KafkaProducer<byte[], byte[]> producer;
    private TopicReader output;
    private Schema labelledEvent;

    /** What was sent: the text that must be labelled, by offset. */
    private final Map<Long, String> texts = new HashMap<>();

    /** What was sent: the reason that it must be refused for, by offset. */
    private final Map<Long, String> refusals = new HashMap<>();

    private final Map<Long, GenericRecord> events = new HashMap<>();
    private final Map<Long, String> reasons = new HashMap<>();
    private final Set<Integer> outputIds = new HashSet<>();
    private int sent;

    @BeforeEach
    void start() throws IOException {
        kafka = EmbeddedKafka.start();
        registry = new TestRegistry(folder);
        model = OfflineModel.open();
        labelledEvent =
                new Schema.Parser()
                        .parse(Path.of("../../serde/src/main/avro/labelled-event.avsc").toFile());
        settings =
                JobSettings.of(
                        kafka.bootstrapServers(),
                        "registry",
                        folder,
                        "input.format",
                        "avro-confluent",
                        "input.avro-schema",
                        Files.writeString(folder.resolve("reader.avsc"), READER).toString(),
                        "input.text-field",
                        "body",
                        "output.format",
                        "avro-confluent",
                        "schema-registry.url",
                        registry.url());
        settings.createTopics(1);
        producer = KafkaTopics.producer(kafka.bootstrapServers());
        output =
                new TopicReader(
                        kafka.bootstrapServers(),
                        "read_committed",
                        settings.outputTopic(),
                        settings.deadLetterTopic());
    }

    @AfterEach
    void stop() {
        output.close();
        producer.close();
        model.close();
        registry.close();
        kafka.close();
    }

    @Test
    void schemasChangeAndTheRegistryGoesAwayWhileTheJobRuns() throws Exception {
        int first = registry.register(SUBJECT, FIRST);
        sendReviews(first, 20);
        try (LocalJob job = LocalJob.start(settings, folder)) {
            awaitAll(job);

            int second = registry.register(SUBJECT, ONE_FIELD_MORE);
            // Subjects of their own: with their usual rules, registries refuse a renamed field.
            int third = registry.register("renamed-value", RENAMED_AND_WIDER);
            int classes = registry.register("classes-value", NAMES_JAVA_CLASSES);
            sendReviews(second, 20);
            sendReviews(third, 20);
            sendReviews(classes, 1);
            sendReviews(first, 5);
            sendBad(third);
            awaitAll(job);

            int late = registry.register("late-value", SEEN_IN_THE_OUTAGE);
            registry.halt();
            long end = System.nanoTime() + OUTAGE.toNanos();
            while (System.nanoTime() < end) {
                sendReviews(first, 1);
                sendReviews(second, 1);
                sendReviews(third, 1);
                awaitAll(job);
            }
            awaitWhileAway(job, late);
            registry.goOn();
            awaitAll(job);
            sendReviews(late, 5);
            sendReviews(first, 5);
            awaitAll(job);
        }
        check();
    }

    /** One of a schema that nobody has asked for yet waits; it is not refused. */
    private void awaitWhileAway(LocalJob job, int late) {
        int before = events.size() + reasons.size();
        sendReviews(late, 1);
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (System.nanoTime() < end) {
            output.poll(this::take);
        }
        job.checkHealthy();
        assertThat(events.size() + reasons.size()).as("outcomes").isEqualTo(before);
    }

    private void sendBad(int known) {
        int without = registry.register("without-value", WITHOUT_THE_TEXT);
        byte[] review = frame(known, review(known, "never read"));
        byte[] wrongMark = review.clone();
        wrongMark[0] = 1;
        sendRefused(wrongMark, "SCHEMA");
        sendRefused(Arrays.copyOf(review, 4), "SCHEMA");
        sendRefused(Arrays.copyOf(review, review.length - 2), "SCHEMA");
        sendRefused(frame(known, new byte[0]), "SCHEMA");
        sendRefused(frame(without, review(without, "")), "SCHEMA");
        sendRefused(frame(999_999, review(known, "never read")), "UNKNOWN_SCHEMA");
        sendRefused(frame(-1, review(known, "never read")), "UNKNOWN_SCHEMA");
    }

    private void sendReviews(int id, int count) {
        for (int i = 0; i < count; i++, sent++) {
            String text = (sent % 2 == 0 ? "A wonderful film, number " : "A dull film, number ");
            texts.put(send(frame(id, review(id, text + sent % 7))), text + sent % 7);
        }
    }

    private void sendRefused(byte[] value, String reason) {
        refusals.put(send(value), reason);
    }

    private long send(byte[] value) {
        return KafkaTopics.send(
                        producer, new ProducerRecord<>(settings.inputTopic(), 0, null, value))
                .offset();
    }

    private static byte[] frame(int id, byte[] body) {
        return ByteBuffer.allocate(1 + Integer.BYTES + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }

    private byte[] review(int id, String text) {
        Schema schema = registry.schema(id);
        GenericRecord review = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            Object value =
                    switch (field.name()) {
                        case "stars" ->
                                field.schema().getType() == Schema.Type.INT
                                        ? (Object) 4
                                        : (Object) 5_000_000_000L;
                        case "text", "body" -> text;
                        case "language" -> "en";
                        default -> "the shop";
                    };
            review.put(field.name(), value);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        try {
            new GenericDatumWriter<GenericRecord>(schema).write(review, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void awaitAll(LocalJob job) {
        Waiting.until(
                () ->
                        "%d labelled and %d refused; %d and %d are"
                                .formatted(
                                        texts.size(),
                                        refusals.size(),
                                        events.size(),
                                        reasons.size()),
                PATIENCE,
                () -> {
                    output.poll(this::take);
                    return events.size() + reasons.size() >= texts.size() + refusals.size()
                            || !job.isHealthy();
                });
        job.checkHealthy();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(settings.deadLetterTopic())) {
            String offset = OutputReader.header(record, "labelstream.source.offset");
            String reason = OutputReader.header(record, "labelstream.reason");
            assertThat(reasons.put(Long.parseLong(offset), reason)).as("a second letter").isNull();
            return;
        }
        GenericRecord event = event(record.value());
        long offset = (long) ((GenericRecord) event.get("source")).get("offset");
        assertThat(events.put(offset, event)).as("a second result").isNull();
    }

    /** As any reader does that knows the registry: by the schema of the id. */
    private GenericRecord event(byte[] value) {
        ByteBuffer header = ByteBuffer.wrap(value);
        assertThat(header.get()).isZero();
        int id = header.getInt();
        outputIds.add(id);
        try {
            return new GenericDatumReader<GenericRecord>(registry.schema(id), labelledEvent)
                    .read(
                            null,
                            DecoderFactory.get()
                                    .binaryDecoder(
                                            value, header.position(), header.remaining(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check() {
        assertThat(outputIds)
                .as("ids before the results")
                .containsExactly(registry.lookUp("registry-out-value", labelledEvent));
        assertThat(reasons).isEqualTo(refusals);
        assertThat(events.keySet()).isEqualTo(texts.keySet());
        texts.forEach(
                (offset, text) -> {
                    GenericRecord event = events.get(offset);
                    assertThat(event.get("text")).hasToString(text);
                    assertThat(event.get("label")).hasToString(model.answer(text).label());
                    assertThat(event.get("score")).isEqualTo(model.answer(text).score());
                });
    }

    /** A record of the one name that Avro resolves by. */
    private static String schema(String fields) {
        return """
                {"type": "record", "name": "Review", "namespace": "com.example", "fields": [%s]}
                """
                .formatted(fields);
    }
}
