package io.labelstream.cli;

import static io.labelstream.cli.DeadLetters.TIMESTAMP;
import static io.labelstream.cli.DeadLetters.bytes;
import static io.labelstream.cli.DeadLetters.header;
import static io.labelstream.cli.DeadLetters.letter;
import static io.labelstream.cli.DeadLetters.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetterSettings.Payload;
import io.labelstream.serde.MessageHeader;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.SourcePosition;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterHeadersTest {

    private static final byte[] KEY = bytes("k");
    private static final byte[] VALUE = bytes("v");
    private static final DeadLetter.Reason REASON = DeadLetter.Reason.PARSE;

    @Test
    void readsWhatTheJobWrote() {
        Headers headers =
                letter(message(KEY, VALUE, header("a", "1"), header("a", null)), REASON).headers();

        assertThat(DeadLetterHeaders.read(headers))
                .contains(
                        new DeadLetterHeaders(
                                new SourcePosition("in", 1, 5),
                                TIMESTAMP,
                                DeadLetter.Stage.DECODE,
                                REASON,
                                2,
                                Optional.empty()));
    }

    @Test
    void readsEveryStageAndReason() {
        for (DeadLetter.Reason reason : DeadLetter.Reason.values()) {
            for (DeadLetter.Stage stage : DeadLetter.Stage.values()) {
                Headers headers = letter(message(KEY, VALUE), reason).headers();
                replace(headers, "labelstream.stage", stage.name().toLowerCase(Locale.ROOT));

                assertThat(DeadLetterHeaders.read(headers))
                        .hasValueSatisfying(
                                said -> {
                                    assertThat(said.reason()).isEqualTo(reason);
                                    assertThat(said.stage()).isEqualTo(stage);
                                });
            }
        }
    }

    @Test
    void takesHeadersOfEarlierJobForTheMessagesOwn() {
        // A job that reads another one's dead letters, of which one becomes a dead letter again.
        Headers first =
                letter(message("first", 7, 70, KEY, VALUE), DeadLetter.Reason.TOO_LONG).headers();
        MessageHeader[] own =
                Stream.of(first.toArray())
                        .map(header -> new MessageHeader(header.key(), header.value()))
                        .toArray(MessageHeader[]::new);
        Headers second = letter(message("second", 8, 80, KEY, VALUE, own), REASON).headers();

        assertThat(DeadLetterHeaders.read(second))
                .hasValueSatisfying(
                        said -> {
                            assertThat(said.source())
                                    .isEqualTo(new SourcePosition("second", 8, 80));
                            assertThat(said.reason()).isEqualTo(REASON);
                            assertThat(said.original()).isEqualTo(own.length);
                        });
    }

    @Test
    void ownHeadersThatTellOfALeftOutValueAreNoObstacle() {
        Headers headers =
                letter(
                                message(
                                        KEY,
                                        VALUE,
                                        header("labelstream.payload.sha256", "00"),
                                        header("labelstream.headers.left-out", "3"),
                                        header("labelstream.key.sha256", "00")),
                                REASON)
                        .headers();

        assertThat(DeadLetterHeaders.read(headers).orElseThrow().obstacle()).isEmpty();
    }

    @Test
    void passesOverWhatAnotherToolPutBehindThem() {
        Headers headers = letter(message(KEY, VALUE, header("a", "1")), REASON).headers();
        headers.add("traceparent", bytes("00-0af7-b7ad-01"));

        assertThat(DeadLetterHeaders.read(headers).orElseThrow().original()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "HASH, 1000000, VALUE_LEFT_OUT",
        "FULL, 2000, VALUE_LEFT_OUT",
        "HASH, 10000, HEADERS_LEFT_OUT"
    })
    void saysWhatWasLeftOut(Payload payload, int maxBytes, ReplayObstacle expected) {
        // A value or headers that need more room than there is.
        boolean headersToo = expected == ReplayObstacle.HEADERS_LEFT_OUT;
        RawMessage message =
                message(
                        KEY,
                        headersToo ? null : bytes("x".repeat(3000)),
                        header("a", headersToo ? "x".repeat(20_000) : "1"));
        Headers headers = letter("dead", message, REASON, payload, maxBytes).headers();

        assertThat(DeadLetterHeaders.read(headers).orElseThrow().obstacle()).contains(expected);
    }

    @Test
    void saysThatTheKeyWasLeftOut() {
        RawMessage message = message(bytes("k".repeat(20_000)), null);
        Headers headers = letter("dead", message, REASON, Payload.FULL, 10_000).headers();

        assertThat(DeadLetterHeaders.read(headers).orElseThrow().obstacle())
                .contains(ReplayObstacle.KEY_LEFT_OUT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "labelstream.source.topic",
                "labelstream.source.partition",
                "labelstream.source.offset",
                "labelstream.source.timestamp",
                "labelstream.stage",
                "labelstream.reason",
                "labelstream.original-headers"
            })
    void isNoDeadLetterWithoutAHeaderOrWithTwoOrWithoutItsValue(String name) {
        Headers without = letter(message(KEY, VALUE), REASON).headers();
        without.remove(name);
        Headers twice = letter(message(KEY, VALUE), REASON).headers();
        twice.add(twice.lastHeader(name));
        Headers empty = letter(message(KEY, VALUE), REASON).headers();
        empty.remove(name).add(name, null);

        assertThat(DeadLetterHeaders.read(without)).isEmpty();
        assertThat(DeadLetterHeaders.read(twice)).isEmpty();
        assertThat(DeadLetterHeaders.read(empty)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "source.topic, in out",
        "source.topic, ''",
        "source.partition, -1",
        "source.partition, one",
        "source.offset, -1",
        "source.offset, 99999999999999999999",
        "source.timestamp, now",
        "stage, launch",
        "reason, BORED",
        "reason, parse",
        "original-headers, -1",
        "original-headers, 100",
        "original-headers, none"
    })
    void isNoDeadLetterWithAnUnreadableHeader(String name, String value) {
        Headers headers = letter(message(KEY, VALUE), REASON).headers();
        replace(headers, "labelstream." + name, value);

        assertThat(DeadLetterHeaders.read(headers)).isEmpty();
    }

    @Test
    void isNoDeadLetterWithAHeaderThatIsNotUtf8() {
        Headers headers = letter(message(KEY, VALUE), REASON).headers();
        headers.remove("labelstream.message").add("labelstream.message", new byte[] {(byte) 0xFF});

        assertThat(DeadLetterHeaders.read(headers)).isEmpty();
    }

    @Test
    void isNoDeadLetterWithoutHeaders() {
        assertThat(DeadLetterHeaders.read(new RecordHeaders())).isEmpty();
    }

    /** Where it stands does not matter, as long as it is behind the message's own. */
    private static void replace(Headers headers, String name, String value) {
        headers.remove(name).add(name, bytes(value));
    }
}
