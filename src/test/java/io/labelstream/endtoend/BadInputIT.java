package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.serde.BadInputCorpus;
import io.labelstream.serde.BadInputRow;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.InputFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The list of bad input through the whole job, as users run it, among good messages: each is
 * labelled, explained or counted, and the job goes on.
 */
@Timeout(300)
class BadInputIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Far more than any text takes; a megabyte of punctuation takes longer if it is not cut. */
    private static final double LONGEST_TOKENIZE_MICROS = 1_000_000;

    private static final Duration FIGURES_ARE_THIS_OLD = Duration.ofSeconds(4);
    private static final String SKIPPED = "tokenize.labelstream.skippedTombstones";
    private static final String LONGEST_TOKENIZE = "tokenize.labelstream.tokenizeMicros_max";

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
    void rowsKnowHowMuchTheModelReads() {
        assertThat(model.bundle().maxTokens()).isEqualTo(BadInputCorpus.MODEL_TOKENS);
    }

    @ParameterizedTest
    @EnumSource(
            value = InputFormat.class,
            names = {"TEXT", "JSON", "AVRO"})
    void eachRowIsLabelledExplainedOrCountedAndTheJobGoesOn(InputFormat format) throws Exception {
        String servers = kafka.bootstrapServers();
        JobSettings settings = settings(servers, format);
        settings.createTopics(1);
        try (BadInputFeed feed = new BadInputFeed(servers, settings.inputTopic(), format);
                OutputReader committed =
                        new OutputReader(
                                servers,
                                "read_committed",
                                settings.outputTopic(),
                                settings.deadLetterTopic());
                RunProcess run =
                        RunProcess.start(
                                folder,
                                folder,
                                List.of("-Dlabelstream.log.level=info"),
                                "run",
                                "--config",
                                settings.write(folder).toString())) {
            feed.send();
            Set<Position> skipped = skipped(feed, format);
            Waiting.until(
                    () -> "all output is committed\n" + run.err(),
                    PATIENCE,
                    () ->
                            committed.poll().count() >= feed.count() - skipped.size()
                                    || !run.isAlive());
            assertThat(run.isAlive()).as(run.err()).isTrue();
            checkFigures(WebUi.of(run), skipped.size());
            run.terminate(Duration.ofSeconds(30));
            assertThat(run.exitCode()).as(run.err()).isZero();
            // The job has ended: what there is now is all there ever will be.
            committed.drain();

            checkCounts(feed, committed, skipped);
            checkRows(feed, committed, skipped);
            checkGood(feed, committed);
            assertThat(run.err())
                    .doesNotContain("The job failed")
                    .doesNotContain(BadInputCorpus.CANARY);
            assertThat(run.out()).doesNotContain(BadInputCorpus.CANARY);
        }
    }

    private JobSettings settings(String servers, InputFormat format) throws IOException {
        String name = "bad-" + format.name().toLowerCase(Locale.ROOT);
        JobSettings settings = JobSettings.of(servers, name, folder).withBadInput(format, folder);
        return format == InputFormat.JSON ? settings.with("input.tombstones", "skip") : settings;
    }

    /** Tombstones, where the job is told to skip them. */
    private static Set<Position> skipped(BadInputFeed feed, InputFormat format) {
        return feed.rows().entrySet().stream()
                .filter(row -> format == InputFormat.JSON)
                .filter(row -> row.getValue().reason() == Reason.TOMBSTONE)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static void checkFigures(WebUi ui, int skipped) {
        // What Flink says of a job that is done is true from here on.
        long settled = System.nanoTime() + FIGURES_ARE_THIS_OLD.toNanos();
        Waiting.until(
                "the web UI tells the job's figures",
                Duration.ofSeconds(30),
                () -> {
                    Waiting.pause();
                    return ui.largest(SKIPPED).isPresent()
                            && ui.largest(LONGEST_TOKENIZE).isPresent()
                            && ui.restarts().isPresent()
                            && System.nanoTime() > settled;
                });
        assertThat(ui.restarts()).as("restarts").hasValue(0);
        assertThat(ui.largest(SKIPPED)).as("skipped tombstones").hasValue(skipped);
        assertThat(ui.largest(LONGEST_TOKENIZE).orElseThrow())
                .as("microseconds for the text that took longest to tokenize")
                .isBetween(1.0, LONGEST_TOKENIZE_MICROS);
    }

    private static void checkCounts(
            BadInputFeed feed, OutputReader committed, Set<Position> skipped) {
        Set<Position> labelled = positions(feed, BadInputRow::isLabelled);
        labelled.addAll(feed.good().keySet());
        Set<Position> dead = positions(feed, row -> !row.isLabelled());
        dead.removeAll(skipped);

        assertThat(committed.labelled())
                .as("every row that is to be labelled, and every good message, once")
                .containsExactlyInAnyOrderElementsOf(labelled);
        assertThat(committed.dead())
                .as("every row that is to be refused, once")
                .containsExactlyInAnyOrderElementsOf(dead);
        assertThat(committed.count() + skipped.size()).isEqualTo(feed.count());
    }

    private static Set<Position> positions(BadInputFeed feed, Predicate<BadInputRow> chosen) {
        Set<Position> positions = new HashSet<>();
        feed.rows()
                .forEach(
                        (position, row) -> {
                            if (chosen.test(row)) {
                                positions.add(position);
                            }
                        });
        return positions;
    }

    private static void checkRows(
            BadInputFeed feed, OutputReader committed, Set<Position> skipped) {
        SoftAssertions softly = new SoftAssertions();
        feed.rows()
                .forEach(
                        (position, row) -> {
                            if (row.isLabelled()) {
                                checkEvent(softly, row, committed.event(position));
                                BadInputRecords.checkResult(
                                        softly, row, committed.record(position));
                            } else if (!skipped.contains(position)) {
                                BadInputRecords.checkLetter(
                                        softly, row, committed.record(position));
                            }
                        });
        softly.assertAll();
    }

    private static void checkEvent(SoftAssertions softly, BadInputRow row, JsonNode event) {
        OfflineModel.Answer expected = model.answer(row.text());
        // Not by the assertion on strings: of a megabyte it would print a megabyte.
        softly.assertThat(event.path("text").asText().equals(row.text()))
                .as("text, %s", row)
                .isTrue();
        softly.assertThat(event.path("label").asText())
                .as("label, %s", row)
                .isEqualTo(expected.label());
        softly.assertThat(event.path("score").floatValue())
                .as("score, %s", row)
                .isEqualTo(expected.score());
        softly.assertThat(event.path("truncated").asBoolean())
                .as("truncated, %s", row)
                .isEqualTo(row.truncated())
                .isEqualTo(expected.truncated());
        softly.assertThat(event.path("timestamp").asLong())
                .as("timestamp, %s", row)
                .isEqualTo(row.timestamp());
    }

    private static void checkGood(BadInputFeed feed, OutputReader committed) {
        feed.good()
                .forEach(
                        (position, text) -> {
                            JsonNode event = committed.event(position);
                            assertThat(event.path("text").asText()).isEqualTo(text);
                            assertThat(event.path("label").asText())
                                    .isEqualTo(model.answer(text).label());
                            assertThat(event.path("score").floatValue())
                                    .isEqualTo(model.answer(text).score());
                        });
    }
}
