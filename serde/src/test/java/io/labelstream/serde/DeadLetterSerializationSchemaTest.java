package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.serde.DeadLetterSerializationSchema.Header;
import io.labelstream.serde.DeadLetterSettings.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class DeadLetterSerializationSchemaTest {

    private static final byte[] KEY = {1, 2};
    private static final byte[] VALUE = "good".getBytes(StandardCharsets.UTF_8);
    // echo -n good | sha256sum
    private static final String SHA256_OF_VALUE =
            "770e607624d689265ca6c44884d0807d9b054d23c473c106c72be9de08b7376c";
    private static final int LIMIT = 2_000;

    @Test
    void keepsTheMessageAndSaysWhatHappened() {
        ProducerRecord<byte[], byte[]> letter = letter(Events.message(KEY, VALUE, 99));

        assertThat(letter.topic()).isEqualTo("dead");
        assertThat(letter.key()).isEqualTo(KEY);
        assertThat(letter.value()).isEqualTo(VALUE);
        assertThat(letter.timestamp()).isEqualTo(99);
        assertThat(names(letter)).startsWith("b", "a", "b");
        assertThat(header(letter, Header.ORIGINAL_HEADERS)).hasValue("3");
        assertThat(header(letter, Header.SOURCE_TOPIC)).hasValue("reviews");
        assertThat(header(letter, Header.SOURCE_PARTITION)).hasValue("2");
        assertThat(header(letter, Header.SOURCE_OFFSET)).hasValue("77");
        assertThat(header(letter, Header.SOURCE_TIMESTAMP)).hasValue("99");
        assertThat(header(letter, Header.STAGE)).hasValue("decode");
        assertThat(header(letter, Header.REASON)).hasValue("BAD_ENCODING");
        assertThat(header(letter, Header.MESSAGE)).hasValue("not valid UTF-8");
        assertThat(header(letter, Header.ATTEMPTS)).hasValue("0");
        assertThat(header(letter, Header.MODEL)).hasValue("tiny");
        assertThat(header(letter, Header.PAYLOAD_SHA256)).isEmpty();
    }

    @Test
    void timestampThatTheBrokerWouldRefuseStandsInAHeaderOnly() {
        for (long timestamp : new long[] {-1, -99, 253_370_764_800_000L}) {
            ProducerRecord<byte[], byte[]> letter = letter(Events.message(KEY, VALUE, timestamp));

            assertThat(letter.timestamp()).isNull();
            assertThat(header(letter, Header.SOURCE_TIMESTAMP)).hasValue(Long.toString(timestamp));
        }
    }

    @Test
    void valueMayBeLeftOutForPrivacy() {
        ProducerRecord<byte[], byte[]> letter =
                letter(Events.message(KEY, VALUE, 99), Payload.HASH);

        assertThat(letter.value()).isNull();
        assertThat(header(letter, Header.PAYLOAD_BYTES)).hasValue("4");
        assertThat(header(letter, Header.PAYLOAD_SHA256)).hasValue(SHA256_OF_VALUE);
        assertThat(header(letter, Header.ORIGINAL_HEADERS)).hasValue("3");
    }

    @Test
    void tombstoneIsNotTakenForAValueLeftOut() {
        ProducerRecord<byte[], byte[]> letter = letter(Events.message(KEY, null, 99), Payload.HASH);

        assertThat(letter.value()).isNull();
        assertThat(header(letter, Header.PAYLOAD_BYTES)).isEmpty();
    }

    @Test
    void valueThatTheBrokerWouldRefuseIsGivenBySizeAndSha256() {
        ProducerRecord<byte[], byte[]> letter = letter(Events.message(KEY, new byte[LIMIT], 99));

        assertThat(letter.value()).isNull();
        assertThat(header(letter, Header.PAYLOAD_BYTES)).hasValue("" + LIMIT);
        assertThat(letter.key()).isEqualTo(KEY);
        assertThat(names(letter)).startsWith("b", "a", "b");
    }

    @Test
    void headersAndKeyThatTheBrokerWouldRefuseAreLeftOutToo() {
        List<MessageHeader> many =
                Collections.nCopies(500, new MessageHeader("h", new byte[] {1, 2, 3}));
        ProducerRecord<byte[], byte[]> letter =
                letter(new RawMessage("reviews", 2, 77, 99, new byte[LIMIT], VALUE, many));

        assertThat(letter.value()).isNull();
        assertThat(letter.key()).isNull();
        assertThat(header(letter, Header.PAYLOAD_SHA256)).hasValue(SHA256_OF_VALUE);
        assertThat(header(letter, Header.HEADERS_LEFT_OUT)).hasValue("500");
        assertThat(header(letter, Header.KEY_BYTES)).hasValue("" + LIMIT);
        assertThat(header(letter, Header.ORIGINAL_HEADERS)).hasValue("0");
        assertThat(names(letter)).doesNotContain("h");
    }

    @Test
    void letterIsNeverLargerThanTheLimit() {
        for (int key = 0; key < LIMIT + 100; key += 97) {
            for (int value = 0; value < LIMIT + 100; value += 89) {
                ProducerRecord<byte[], byte[]> letter =
                        letter(Events.message(new byte[key], new byte[value], 99));

                assertThat(
                                RecordSize.of(
                                        letter.key(),
                                        letter.value(),
                                        Arrays.stream(letter.headers().toArray())
                                                .map(h -> new MessageHeader(h.key(), h.value()))
                                                .toList()))
                        .isLessThanOrEqualTo(LIMIT);
            }
        }
    }

    @Test
    void detailIsCutWhereAForeignNameMakesItLong() {
        DeadLetter letter =
                new DeadLetter(
                        Events.message(KEY, VALUE, 99),
                        DeadLetter.Stage.DECODE,
                        DeadLetter.Reason.UNKNOWN_SCHEMA,
                        "\uD83D\uDE00".repeat(1_000_000),
                        0,
                        "tiny");

        assertThat(letter.detail()).hasSize(500);
    }

    private static ProducerRecord<byte[], byte[]> letter(RawMessage message) {
        return letter(message, Payload.FULL);
    }

    private static ProducerRecord<byte[], byte[]> letter(RawMessage message, Payload payload) {
        return new DeadLetterSerializationSchema(
                        new DeadLetterSettings("dead", payload, LIMIT, Duration.ofHours(1), null))
                .serialize(
                        new DeadLetter(
                                message,
                                DeadLetter.Stage.DECODE,
                                DeadLetter.Reason.BAD_ENCODING,
                                "not valid UTF-8",
                                0,
                                "tiny"),
                        null,
                        null);
    }

    private static Optional<String> header(ProducerRecord<byte[], byte[]> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8));
    }

    private static List<String> names(ProducerRecord<byte[], byte[]> record) {
        return Arrays.stream(record.headers().toArray())
                .map(org.apache.kafka.common.header.Header::key)
                .toList();
    }
}
