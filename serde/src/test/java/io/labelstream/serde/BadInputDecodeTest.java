package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of bad input, held against the decoders alone. */
class BadInputDecodeTest {

    /** Far more than any row takes, far less than one that is not stopped. */
    private static final Duration BOUND = Duration.ofSeconds(2);

    private static Stream<BadInputRow> rows() {
        return Stream.of(InputFormat.TEXT, InputFormat.JSON, InputFormat.AVRO)
                .flatMap(format -> BadInputCorpus.rows(format).stream());
    }

    private static Stream<BadInputRow> readable() {
        return rows().filter(
                        row -> row.isLabelled() || row.reason() == DeadLetter.Reason.TOO_LARGE_OUT);
    }

    private static Stream<BadInputRow> unreadable() {
        return rows().filter(BadInputRow::isForTheDecoderToRefuse);
    }

    private static Stream<BadInputRow> tooLarge() {
        return rows().filter(row -> row.reason() == DeadLetter.Reason.TOO_LARGE);
    }

    @ParameterizedTest
    @MethodSource("readable")
    void textIsFoundAsItWasMeant(BadInputRow row) throws RefusedMessageException {
        TextEvent event = decoder(row.format()).decode(row.value());

        // Not by the assertion on strings: of a megabyte it would print a megabyte.
        assertThat(row.text() == null || event.text().equals(row.text())).isTrue();
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void refusalHasItsReasonAndNothingOfTheMessage(BadInputRow row) {
        TextDecoder decoder = decoder(row.format());
        long start = System.nanoTime();
        RefusedMessageException refusal = refusal(decoder, row);
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(row.reason());
        assertThat(refusal.getMessage()).isNotBlank().doesNotContain(BadInputCorpus.CANARY);
        assertThat(refusal.getCause()).isNull();
        assertThat(took).isLessThan(BOUND);
    }

    /** The job never gives these to a decoder; should one come, it ends soon all the same. */
    @ParameterizedTest
    @MethodSource("tooLarge")
    void whatIsTooLargeIsAboveTheLimitAndDecodedInBoundedTime(BadInputRow row) {
        long start = System.nanoTime();
        refusal(decoder(row.format()), row);

        assertThat(row.value().length).isGreaterThan(InputSettings.DEFAULT_MAX_BYTES);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
    }

    @ParameterizedTest
    @EnumSource(
            value = InputFormat.class,
            names = {"TEXT", "JSON", "AVRO"})
    void decoderReadsOnAfterEachRow(InputFormat format) throws RefusedMessageException {
        TextDecoder decoder = decoder(format);
        byte[] good = BadInputCorpus.value(format, "a good film");
        for (BadInputRow row : BadInputCorpus.rows(format)) {
            if (row.value() != null && row.reason() != DeadLetter.Reason.TOO_LARGE) {
                refusal(decoder, row);
            }
            assertThat(decoder.decode(good).text()).as(row.toString()).isEqualTo("a good film");
        }
    }

    @Test
    void jsonFieldsThatComeTwiceAreRefusedOnRequest() {
        TextDecoder strict =
                new InputSettings(
                                InputFormat.JSON,
                                InputSettings.DEFAULT_MAX_BYTES,
                                InputSettings.of(InputFormat.JSON).text(),
                                null,
                                DuplicateKeys.DEAD_LETTER,
                                "",
                                null,
                                Tombstones.DEAD_LETTER,
                                EmptyTexts.CLASSIFY,
                                LongTexts.TRUNCATE)
                        .decoder();
        List<BadInputRow> twice =
                BadInputCorpus.rows(InputFormat.JSON).stream()
                        .filter(row -> row.number() == 42)
                        .toList();

        assertThat(twice).isNotEmpty();
        for (BadInputRow row : twice) {
            assertThat(refusal(strict, row))
                    .as(row.toString())
                    .extracting(RefusedMessageException::reason)
                    .isEqualTo(DeadLetter.Reason.PARSE);
        }
    }

    @Test
    void classesThatASchemaNamesAreNotLoaded() throws RefusedMessageException {
        assertThat(BadInputCorpus.AVRO_SCHEMA).contains(BadInputAvro.TRAP);

        decoder(InputFormat.AVRO).decode(BadInputCorpus.value(InputFormat.AVRO, "a"));

        assertThat(System.getProperty(BadInputTrap.MARK)).isNull();
    }

    @Test
    void noKindOfBadMessageIsForgotten() {
        // 48 needs a registry; 53, 55 and 56 are of a model's runs, not of messages.
        assertThat(rows().map(BadInputRow::number).distinct().sorted())
                .containsAll(IntStream.rangeClosed(1, 47).boxed().toList())
                .containsAll(IntStream.rangeClosed(49, 52).boxed().toList())
                .contains(54);
    }

    /** Null where the decoder takes the row. */
    private static RefusedMessageException refusal(TextDecoder decoder, BadInputRow row) {
        try {
            decoder.decode(row.value());
            return null;
        } catch (RefusedMessageException e) {
            return e;
        }
    }

    private static TextDecoder decoder(InputFormat format) {
        InputSettings defaults = InputSettings.of(format);
        if (format != InputFormat.AVRO) {
            return defaults.decoder();
        }
        return new InputSettings(
                        format,
                        defaults.maxBytes(),
                        TextTemplate.field(FieldPath.parse("text")),
                        null,
                        defaults.duplicateKeys(),
                        BadInputCorpus.AVRO_SCHEMA,
                        null,
                        defaults.tombstones(),
                        defaults.emptyTexts(),
                        defaults.longTexts())
                .decoder();
    }
}
