package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.serde.InputFormat;
import io.labelstream.serde.OutputFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Broken messages at random, for a time: the process lives, its memory is bounded, the job never
 * starts again, and every message is labelled, explained or skipped, once. Half a minute unless
 * told otherwise; ten minutes with
 *
 * <pre>
 * mvn verify -pl src/test -am -Dit.test=MutatorIT -Dlabelstream.mutator.seconds=600
 * </pre>
 *
 * <p>A failure names its seed; {@code -Dlabelstream.mutator.seed=N} sends the same messages again.
 */
@EnabledOnOs(OS.LINUX) // Where a process's memory can be read.
@Timeout(1800)
class MutatorIT {

    private static final List<InputFormat> FORMATS =
            List.of(InputFormat.TEXT, InputFormat.JSON, InputFormat.AVRO);
    private static final Duration TIME_OF_EACH =
            Duration.ofSeconds(Long.getLong("labelstream.mutator.seconds", 30))
                    .dividedBy(FORMATS.size());
    private static final long SEED =
            Long.getLong("labelstream.mutator.seed", System.currentTimeMillis());
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Enough for a job that never waits for messages, few enough to be labelled soon. */
    private static final int MOST_IN_FLIGHT = 400;

    /** A heap of one size, all of it touched: what grows beyond is a leak of native memory. */
    private static final List<String> JAVA_OPTIONS =
            List.of("-Xms768m", "-Xmx768m", "-XX:+AlwaysPreTouch");

    /** What code compiled late and buffers of the allocator may take once the job is warm. */
    private static final long MOST_GROWTH_BYTES = 256L * 1024 * 1024;

    private static EmbeddedKafka kafka;
    private static OfflineModel model;

    @TempDir Path folder;

    @BeforeAll
    static void start() throws IOException {
        System.out.println("MutatorIT: seed " + SEED);
        kafka = EmbeddedKafka.start();
        model = OfflineModel.open();
    }

    @AfterAll
    static void stop() {
        model.close();
        kafka.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = InputFormat.class,
            names = {"TEXT", "JSON", "AVRO"})
    void everyMutantIsAccountedForOnceInBoundedMemory(InputFormat format) throws Exception {
        JobSettings settings = settings(format);
        settings.createTopics(1);
        String servers = kafka.bootstrapServers();
        try (MutantFeed feed = new MutantFeed(servers, settings.inputTopic(), format, SEED);
                Outcomes outcomes =
                        new Outcomes(
                                servers,
                                settings.outputTopic(),
                                output(format),
                                settings.deadLetterTopic());
                RunProcess run =
                        RunProcess.start(
                                folder,
                                folder,
                                JAVA_OPTIONS,
                                "run",
                                "--config",
                                settings.write(folder).toString())) {
            feed.sendLongTexts();
            feed.send(300);
            awaitAll(feed, outcomes, run);
            long warm = residentBytes(run);

            long end = System.nanoTime() + TIME_OF_EACH.toNanos();
            while (System.nanoTime() < end && run.isAlive()) {
                if (feed.accountableCount() - outcomes.count() < MOST_IN_FLIGHT) {
                    feed.send(100);
                }
                outcomes.poll();
            }
            awaitAll(feed, outcomes, run);
            long atEnd = residentBytes(run);
            run.terminate(Duration.ofSeconds(30));
            assertThat(run.exitCode()).as(run.err()).isZero();
            outcomes.drain();

            assertThat(run.err()).as("seed %d", SEED).doesNotContain("The job failed");
            assertThat(atEnd - warm)
                    .as("resident bytes beyond the %d of the warm job, seed %d", warm, SEED)
                    .isLessThan(MOST_GROWTH_BYTES);
            check(feed, outcomes);
        }
    }

    private JobSettings settings(InputFormat format) throws IOException {
        String name = "mutants-" + format.name().toLowerCase(Locale.ROOT);
        return JobSettings.of(kafka.bootstrapServers(), name, folder, "input.tombstones", "skip")
                .withBadInput(format, folder)
                .with("output.format", output(format).name().toLowerCase(Locale.ROOT));
    }

    /** Another one for each: results are made of mutants, too. */
    private static OutputFormat output(InputFormat input) {
        return switch (input) {
            case TEXT -> OutputFormat.HEADERS;
            case JSON -> OutputFormat.ENRICH;
            case AVRO, AVRO_CONFLUENT -> OutputFormat.AVRO;
        };
    }

    private static void awaitAll(MutantFeed feed, Outcomes outcomes, RunProcess run) {
        Waiting.until(
                () ->
                        "%d messages are accounted for; %d are, seed %d%n%s"
                                .formatted(
                                        feed.accountableCount(), outcomes.count(), SEED, run.err()),
                PATIENCE,
                () -> {
                    outcomes.poll();
                    return outcomes.count() >= feed.accountableCount() || !run.isAlive();
                });
        assertThat(run.isAlive()).as("seed %d%n%s", SEED, run.err()).isTrue();
    }

    private static void check(MutantFeed feed, Outcomes outcomes) {
        assertThat(outcomes.duplicates()).as("seed %d", SEED).isEmpty();
        // Not by an assertion on both: that takes the square of their number.
        Set<Position> missing = feed.accountable();
        missing.removeAll(outcomes.byPosition().keySet());
        assertThat(missing).as("messages without an outcome, seed %d", SEED).isEmpty();
        Set<Position> unexpected = new HashSet<>(outcomes.byPosition().keySet());
        unexpected.removeAll(feed.accountable());
        assertThat(unexpected).as("outcomes of no message, seed %d", SEED).isEmpty();
        feed.good()
                .forEach(
                        (position, text) ->
                                assertThat(outcomes.byPosition().get(position))
                                        .as("outcome of a good message, seed %d", SEED)
                                        .isEqualTo(model.answer(text).label()));
        // Neither all broken beyond reading, nor all whole.
        assertThat(outcomes.labelled()).isGreaterThan(feed.good().size());
        assertThat(outcomes.count()).isGreaterThan(outcomes.labelled());
        assertThat(feed.tombstones()).isNotEmpty();
    }

    private static long residentBytes(RunProcess run) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(run.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }
}
