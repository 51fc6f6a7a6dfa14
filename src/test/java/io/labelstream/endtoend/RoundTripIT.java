package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.labelstream.cli.EmbeddedKafka;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that other programs wrote, through the whole job, to other programs: Kafka's console
 * tools, plain Jackson, plain Avro, plain Kafka clients. Nothing here writes or reads with our own
 * code; what the label must be, the model says without a stream.
 */
@Timeout(300)
class RoundTripIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TEXTS =
            List.of(
                    "A warm, funny and moving film",
                    "What a joyless, clumsy mess",
                    "The caf\u00E9 scene is wonderful \uD83D\uDE00",
                    "\u4E00\u90E8\u65E0\u804A\u7684\u7535\u5F71 \"boring\" \\ end",
                    "Dull");

    private static EmbeddedKafka kafka;
    private static OfflineModel model;

    @TempDir Path folder;

    @BeforeAll
    static void start() throws IOException {
        kafka = EmbeddedKafka.start();
        model = OfflineModel.open();
    }

    @AfterAll
    static void stop() {
        model.close();
        kafka.close();
    }

    @Test
    void textsOfTheConsoleProducerReachTheConsoleConsumerAsEvents() throws Exception {
        String servers = kafka.bootstrapServers();
        JobSettings settings = JobSettings.of(servers, "console", folder);
        settings.createTopics(1);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            lines.add("trace:a%d,n:%d,trace:b\tkey-%d\t%s".formatted(i, i, i, TEXTS.get(i)));
        }
        KafkaTools.produce(folder, servers, settings.inputTopic(), lines);
        List<String> results;
        try (LocalJob job = LocalJob.start(settings, folder)) {
            results = KafkaTools.consume(folder, servers, settings.outputTopic(), TEXTS.size());
            job.checkHealthy();
        }

        assertThat(results).hasSize(TEXTS.size());
        for (int i = 0; i < TEXTS.size(); i++) {
            String[] parts = results.get(i).split("\t", -1);
            assertThat(parts).hasSize(3);
            assertThat(parts[0]).isEqualTo("trace:a%d,n:%d,trace:b".formatted(i, i));
            assertThat(parts[1]).isEqualTo("key-" + i);
            JsonNode event = JSON.readTree(parts[2]);
            assertThat(event.path("text").asText()).isEqualTo(TEXTS.get(i));
            assertThat(event.path("source").path("offset").asInt(-1)).isEqualTo(i);
            checkVerdict(event, model.answer(TEXTS.get(i)));
        }
    }

    @Test
    void pairsInObjectsOfPlainJacksonComeBackWithOneFieldMore() throws Exception {
        JobSettings settings =
                JobSettings.of(
                        kafka.bootstrapServers(),
                        "jackson",
                        folder,
                        "input.format",
                        "json",
                        "input.text-field",
                        "review.parts[1].text",
                        "input.text-pair-field",
                        "review.title",
                        "output.format",
                        "enrich");
        settings.createTopics(1);
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < 2 * TEXTS.size(); i++) {
            documents.add(document(i));
        }
        List<ConsumerRecord<byte[], byte[]>> results =
                throughTheJob(settings, documents.stream().map(RoundTripIT::utf8).toList());

        for (int i = 0; i < documents.size(); i++) {
            String document = documents.get(i);
            String result = new String(results.get(i).value(), StandardCharsets.UTF_8);
            int brace = document.lastIndexOf('}');
            assertThat(result).startsWith(document.substring(0, brace)).endsWith("}");
            ObjectNode object = (ObjectNode) JSON.readTree(result);
            checkVerdict(object.remove("classification"), model.answer(text(i), title(i)));
            assertThat(object).isEqualTo(JSON.readTree(document));
        }
    }

    private static String document(int i) throws IOException {
        ObjectNode document = JSON.createObjectNode();
        document.put("id", i).put("price", 12.5);
        ObjectNode review = document.putObject("review");
        if (!title(i).isEmpty()) {
            review.put("title", title(i));
        }
        ArrayNode parts = review.putArray("parts");
        parts.addObject().put("lang", "en");
        parts.addObject().put("text", text(i));
        document.putArray("tags").add("\uD83D\uDE00").addNull();
        return i % 2 == 0
                ? JSON.writeValueAsString(document)
                : JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    }

    private static String text(int i) {
        return TEXTS.get(i % TEXTS.size());
    }

    /** Of every third document there is none, so it is judged by its text alone. */
    private static String title(int i) {
        return i % 3 == 0 ? "" : "All in all: " + TEXTS.get((i + 1) % TEXTS.size());
    }

    @Test
    void recordsOfPlainAvroComeBackAsPlainAvro() throws Exception {
        String json =
                """
                {"type": "record", "name": "Article", "namespace": "com.example", "fields": [
                  {"name": "number", "type": "long"},
                  {"name": "body", "type": ["null", {"type": "record", "name": "Body", "fields": [
                    {"name": "marks", "type": {"type": "map", "values": "double"}},
                    {"name": "text", "type": "string"}]}]}]}
                """;
        Schema article = new Schema.Parser().parse(json);
        JobSettings settings =
                JobSettings.of(
                        kafka.bootstrapServers(),
                        "avro",
                        folder,
                        "input.format",
                        "avro",
                        "input.avro-schema",
                        Files.writeString(folder.resolve("article.avsc"), json).toString(),
                        "input.text-field",
                        "body.text",
                        "output.format",
                        "avro");
        settings.createTopics(1);
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            values.add(article(article, i));
        }
        List<ConsumerRecord<byte[], byte[]>> results = throughTheJob(settings, values);

        // As a user takes it from the sources.
        Schema labelled =
                new Schema.Parser()
                        .parse(Path.of("../../serde/src/main/avro/labelled-event.avsc").toFile());
        for (int i = 0; i < TEXTS.size(); i++) {
            GenericRecord event =
                    new GenericDatumReader<GenericRecord>(labelled)
                            .read(
                                    null,
                                    DecoderFactory.get()
                                            .binaryDecoder(results.get(i).value(), null));
            OfflineModel.Answer expected = model.answer(TEXTS.get(i));
            assertThat(event.get("text")).hasToString(TEXTS.get(i));
            assertThat(event.get("label")).hasToString(expected.label());
            assertThat(event.get("score")).isEqualTo(expected.score());
            GenericRecord source = (GenericRecord) event.get("source");
            assertThat(source.get("topic")).hasToString(settings.inputTopic());
            assertThat(source.get("offset")).isEqualTo((long) i);
            GenericRecord identity = (GenericRecord) event.get("model");
            assertThat(identity.get("name")).hasToString(model.bundle().name());
            assertThat(identity.get("digest")).hasToString(model.bundle().digest());
        }
    }

    private static byte[] article(Schema schema, int i) throws IOException {
        GenericRecord body =
                new GenericData.Record(schema.getField("body").schema().getTypes().get(1));
        body.put("marks", Map.of("length", 1.5, "style", -2.0));
        body.put("text", TEXTS.get(i));
        GenericRecord article = new GenericData.Record(schema);
        article.put("number", (long) i);
        article.put("body", body);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(schema).write(article, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    @Test
    void valuesStayAsTheyWereAndHeadersTellAPlainConsumer() throws Exception {
        JobSettings settings =
                JobSettings.of(
                        kafka.bootstrapServers(), "headers", folder, "output.format", "headers");
        settings.createTopics(1);
        List<byte[]> values = TEXTS.stream().map(RoundTripIT::utf8).toList();
        List<ConsumerRecord<byte[], byte[]>> results = throughTheJob(settings, values);

        for (int i = 0; i < TEXTS.size(); i++) {
            ConsumerRecord<byte[], byte[]> result = results.get(i);
            OfflineModel.Answer expected = model.answer(TEXTS.get(i));
            assertThat(result.value()).isEqualTo(values.get(i));
            assertThat(Arrays.stream(result.headers().toArray()).map(Header::key).limit(4))
                    .containsExactly("trace", "n", "trace", "labelstream.label");
            assertThat(OutputReader.header(result, "labelstream.label"))
                    .isEqualTo(expected.label());
            assertThat(Float.parseFloat(OutputReader.header(result, "labelstream.score")))
                    .isEqualTo(expected.score());
            assertThat(OutputReader.header(result, "labelstream.source.offset"))
                    .isEqualTo(Integer.toString(i));
            assertThat(OutputReader.header(result, "labelstream.model.digest"))
                    .isEqualTo(model.bundle().digest());
        }
    }

    /** Sends values, and reads as many results; key, headers and timestamp must be the same. */
    private List<ConsumerRecord<byte[], byte[]>> throughTheJob(
            JobSettings settings, List<byte[]> values) throws IOException {
        String servers = kafka.bootstrapServers();
        List<ConsumerRecord<byte[], byte[]>> results;
        try (KafkaProducer<byte[], byte[]> producer = KafkaTopics.producer(servers);
                TopicReader reader =
                        new TopicReader(servers, "read_committed", settings.outputTopic());
                LocalJob job = LocalJob.start(settings, folder)) {
            for (int i = 0; i < values.size(); i++) {
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(
                                settings.inputTopic(),
                                0,
                                1_700_000_000_000L + i,
                                utf8("key-" + i),
                                values.get(i));
                record.headers()
                        .add("trace", utf8("a"))
                        .add("n", utf8(Integer.toString(i)))
                        .add("trace", null);
                KafkaTopics.send(producer, record);
            }
            results = reader.read(values.size(), PATIENCE, job::isHealthy);
            job.checkHealthy();
        }
        assertThat(results).hasSize(values.size());
        for (int i = 0; i < values.size(); i++) {
            assertThat(results.get(i).key()).isEqualTo(utf8("key-" + i));
            assertThat(results.get(i).timestamp()).isEqualTo(1_700_000_000_000L + i);
            Header[] headers = results.get(i).headers().toArray();
            assertThat(headers).hasSizeGreaterThanOrEqualTo(3);
            assertThat(headers[0].value()).isEqualTo(utf8("a"));
            assertThat(headers[1].value()).isEqualTo(utf8(Integer.toString(i)));
            assertThat(headers[2].value()).isNull();
        }
        return results;
    }

    private static void checkVerdict(JsonNode event, OfflineModel.Answer expected) {
        assertThat(event.path("label").asText()).isEqualTo(expected.label());
        assertThat(event.path("score").floatValue()).isEqualTo(expected.score());
        assertThat(event.path("model").path("name").asText()).isEqualTo(model.bundle().name());
        assertThat(event.path("model").path("digest").asText()).isEqualTo(model.bundle().digest());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
