package io.labelstream.endtoend;

import static io.labelstream.endtoend.OutputReader.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.cli.EmbeddedKafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user does with dead letters: looks, changes the job's settings, sends them back, and keeps
 * the job from writing values where they must not be kept.
 */
@Timeout(300)
class DeadLettersIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CANARY = "canary9b2e";
    private static final String BLANK = " \t ";
    private static final byte[] BAD = {(byte) 0xC3, 0x28};

    /** At offsets of the input topic: 0 and 3 good, 1 and 4 blank, 2 bad. */
    private static final List<byte[]> MESSAGES =
            List.of(utf8("A warm film"), utf8(BLANK), BAD, utf8("A dull film"), utf8(BLANK));

    /** Ends in FF, which no UTF-8 has. */
    private static final byte[] SECRET_AND_BAD =
            (CANARY + "\u00FF").getBytes(StandardCharsets.ISO_8859_1);

    private static final long TIME = 1_700_000_000_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path folder;

    private String servers;
    private JobSettings settings;
    private Path config;

    @Test
    void lettersGoBackWhenTheSettingsHaveChangedAndAreLabelledThen() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            servers = kafka.bootstrapServers();
            settings =
                    JobSettings.of(servers, "letters", folder, "input.empty-texts", "dead-letter");
            settings.createTopics(1);
            config = settings.write(folder);
            for (int i = 0; i < MESSAGES.size(); i++) {
                send(i, MESSAGES.get(i));
            }
            try (OutputReader committed =
                    new OutputReader(
                            servers,
                            "read_committed",
                            settings.outputTopic(),
                            settings.deadLetterTopic())) {
                runUntil(committed, 5);
                assertThat(committed.labelled()).containsExactly(at(0), at(3));
                assertThat(committed.dead()).containsExactlyInAnyOrder(at(1), at(2), at(4));
                assertThat(committed.record(at(2)).value()).isEqualTo(BAD);

                replayBlankTexts();

                long secret = send(7, SECRET_AND_BAD);
                runUntil(
                        committed,
                        8,
                        "--set",
                        "input.empty-texts=classify",
                        "--set",
                        "dead-letter.payload=hash");
                checkReplayed(committed);
                checkHashed(committed.record(at(secret)));
                JsonNode all = replay("--dry-run");
                assertThat(all.path("found").asInt()).isEqualTo(4);
                assertThat(all.path("to_send").asInt()).isEqualTo(3);
                assertThat(all.path("not_replayable").asInt()).isEqualTo(1);
                assertThat(all.path("not_replayable_at").path(0).path("why").asText())
                        .isEqualTo("VALUE_LEFT_OUT");
            }
        }
    }

    /** Reads and writes as many records as there must be, and ends the job in order. */
    private void runUntil(OutputReader committed, int count, String... more) throws Exception {
        List<String> args = new ArrayList<>(List.of("run", "--config", config.toString()));
        args.addAll(List.of(more));
        try (RunProcess run = RunProcess.start(folder, folder, args.toArray(String[]::new))) {
            Waiting.until(
                    () -> "%d records are committed%n%s".formatted(count, run.err()),
                    PATIENCE,
                    () -> committed.poll().count() >= count || !run.isAlive());
            assertThat(run.isAlive()).as(run.err()).isTrue();
            run.terminate(Duration.ofSeconds(30));
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.err()).doesNotContain("The job failed").doesNotContain(CANARY);
        }
        committed.drain();
        assertThat(committed.count()).isEqualTo(count);
    }

    private void replayBlankTexts() throws Exception {
        JsonNode plan = replay("--reason", "EMPTY_TEXT", "--dry-run");
        assertThat(plan.path("found").asInt()).isEqualTo(3);
        assertThat(plan.path("to_send").asInt()).isEqualTo(2);
        assertThat(plan.path("sent").asInt()).isZero();
        assertThat(inputs()).hasSize(MESSAGES.size());

        JsonNode done = replay("--reason", "EMPTY_TEXT");
        assertThat(done.path("sent").asInt()).isEqualTo(2);
        assertThat(done.path("source_topics").path(settings.inputTopic()).path("sent").asInt())
                .isEqualTo(2);
        // Sent in a transaction, whose end takes an offset as well.
        assertThat(inputs()).hasSize(MESSAGES.size() + 2);
    }

    private JsonNode replay(String... more) throws IOException, InterruptedException {
        List<String> args =
                new ArrayList<>(
                        List.of("replay-dead-letters", "--config", config.toString(), "--json"));
        args.addAll(List.of(more));
        RunProcess replay = RunProcess.run(folder, folder, PATIENCE, args.toArray(String[]::new));
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        return JSON.readTree(replay.out());
    }

    private List<ConsumerRecord<byte[], byte[]>> inputs() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (TopicReader reader =
                new TopicReader(servers, "read_committed", settings.inputTopic())) {
            reader.drain(records::add);
        }
        return records;
    }

    private void checkReplayed(OutputReader committed) {
        List<ConsumerRecord<byte[], byte[]>> replayed =
                inputs().subList(MESSAGES.size(), MESSAGES.size() + 2);
        for (int i = 0; i < 2; i++) {
            int original = i == 0 ? 1 : 4;
            Position position = at(replayed.get(i).offset());
            JsonNode event = committed.event(position);
            ConsumerRecord<byte[], byte[]> result = committed.record(position);
            assertThat(event.path("text").asText()).isEqualTo(BLANK);
            assertThat(event.path("label").asText()).isIn("positive", "negative");
            assertThat(result.key()).isEqualTo(utf8("key-" + original));
            assertThat(result.timestamp()).isEqualTo(TIME + original);
            assertThat(Arrays.stream(result.headers().toArray()).map(Header::key))
                    .containsExactly("n", "labelstream.replayed");
            assertThat(header(result, "n")).isEqualTo(Integer.toString(original));
            assertThat(header(result, "labelstream.replayed"))
                    .startsWith(settings.deadLetterTopic() + "-0@");
        }
    }

    private static void checkHashed(ConsumerRecord<byte[], byte[]> letter) throws Exception {
        assertThat(letter.value()).isNull();
        assertThat(letter.key()).isEqualTo(utf8("key-7"));
        assertThat(header(letter, "n")).isEqualTo("7");
        assertThat(header(letter, "labelstream.reason")).isEqualTo("BAD_ENCODING");
        assertThat(header(letter, "labelstream.payload.bytes"))
                .isEqualTo(Integer.toString(SECRET_AND_BAD.length));
        assertThat(header(letter, "labelstream.payload.sha256"))
                .isEqualTo(
                        HexFormat.of()
                                .formatHex(
                                        MessageDigest.getInstance("SHA-256")
                                                .digest(SECRET_AND_BAD)));
    }

    /** The message's offset. */
    private long send(int number, byte[] value) {
        try (KafkaProducer<byte[], byte[]> producer = KafkaTopics.producer(servers)) {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(
                            settings.inputTopic(), 0, TIME + number, utf8("key-" + number), value);
            record.headers().add("n", utf8(Integer.toString(number)));
            return KafkaTopics.send(producer, record).offset();
        }
    }

    private static Position at(long offset) {
        return new Position(0, offset);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
