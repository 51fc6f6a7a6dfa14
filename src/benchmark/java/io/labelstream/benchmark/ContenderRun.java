package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import io.labelstream.cli.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.IsolationLevel;

/**
 * Runs a contender on a backlog: preloads the topic, starts the contender, waits until the time box
 * is full and what it wrote is committed, kills it, reads what it left. Nothing is measured by
 * looking on: rates come from the times at which the broker appended the results.
 */
final class ContenderRun {

    private static final long POLL_MILLIS = 500;
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final Duration COMMIT_PATIENCE = Duration.ofMinutes(1);

    /** No result for so long: the contender hangs, or has used up a backlog that was too small. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Stage stage;
    private final RunTimes times;

    ContenderRun(Stage stage, RunTimes times) {
        this.stage = stage;
        this.times = times;
    }

    /**
     * Runs once.
     *
     * @param ceiling of the same texts and model: how large the backlog must be, and what the
     *     answers are
     * @throws FailureException if the contender fails, or answers otherwise than the engine
     */
    Measurement measure(
            Contender contender,
            Map<String, String> settings,
            TextSet texts,
            Model model,
            int slots,
            Ceiling ceiling,
            int round)
            throws IOException, InterruptedException {
        String runId = "benchmark-" + UUID.randomUUID();
        Path folder = Files.createDirectory(stage.folder().resolve(runId));
        Workload workload = stage.workload(runId, model, slots, folder);
        long backlog = times.backlog(ceiling.textsPerSecond(), texts);
        stage.createTopics(workload);
        try {
            try (Feeder feeder = stage.feeder(workload, texts)) {
                feeder.feedUpTo(backlog);
            }
            try (ChildProcess child =
                    ContenderProcess.start(contender, workload, settings, stage.javaOptions())) {
                awaitWindow(child, workload.outputTopic());
                awaitCommit(child, workload.outputTopic());
                child.close();
                stage.topics().endTransactions(runId);
                List<Labelled> results = results(contender, workload);
                AnswerCheck.check(
                        contender.name(),
                        texts,
                        ceiling.answers(),
                        Stage.PARTITIONS,
                        backlog,
                        results);
                return measurement(
                        contender, settings, texts, model, slots, round, child, folder, results,
                        backlog);
            }
        } finally {
            stage.deleteTopics(workload);
            TemporaryFolder.delete(folder);
        }
    }

    /**
     * Returns when the time box is full.
     *
     * @throws FailureException if nothing was written for a while before that
     */
    private void awaitWindow(ChildProcess child, String topic) throws InterruptedException {
        long giveUp = System.currentTimeMillis() + START_PATIENCE.toMillis();
        while (stage.topics().written(topic, Stage.PARTITIONS) == 0) {
            child.checkAlive();
            if (System.currentTimeMillis() > giveUp) {
                throw child.failure("wrote nothing within " + START_PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(POLL_MILLIS);
        }
        long full = System.currentTimeMillis() + times.warmUpMillis() + times.windowMillis();
        long before = 0;
        long lastChange = System.currentTimeMillis();
        while (System.currentTimeMillis() < full) {
            child.checkAlive();
            Thread.sleep(POLL_MILLIS);
            long written = stage.topics().written(topic, Stage.PARTITIONS);
            if (written > before) {
                lastChange = System.currentTimeMillis();
            } else if (System.currentTimeMillis() - lastChange > IDLE.toMillis()) {
                throw child.failure(
                        "wrote nothing for %d s, with %d s of its time left"
                                .formatted(
                                        IDLE.toSeconds(),
                                        (full - System.currentTimeMillis()) / 1000));
            }
            before = written;
        }
    }

    /** Waits until a committed reader sees all that was written so far. */
    private void awaitCommit(ChildProcess child, String topic) throws InterruptedException {
        Map<Integer, Long> written =
                stage.topics().ends(topic, Stage.PARTITIONS, IsolationLevel.READ_UNCOMMITTED);
        long giveUp = System.currentTimeMillis() + COMMIT_PATIENCE.toMillis();
        while (true) {
            Map<Integer, Long> committed =
                    stage.topics().ends(topic, Stage.PARTITIONS, IsolationLevel.READ_COMMITTED);
            if (written.entrySet().stream()
                    .allMatch(end -> committed.get(end.getKey()) >= end.getValue())) {
                return;
            }
            child.checkAlive();
            if (System.currentTimeMillis() > giveUp) {
                throw child.failure(
                        "did not commit what it wrote within "
                                + COMMIT_PATIENCE.toSeconds()
                                + " s");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private List<Labelled> results(Contender contender, Workload workload)
            throws InterruptedException {
        long deadLetters =
                stage.topics()
                        .ends(workload.deadLetterTopic(), 1, IsolationLevel.READ_UNCOMMITTED)
                        .get(0);
        if (deadLetters > 0) {
            throw new FailureException(
                    "Contender %s wrote to the dead letters; expected none."
                            .formatted(contender.name()));
        }
        return OutputReader.read(
                workload.bootstrapServers(), workload.outputTopic(), Stage.PARTITIONS);
    }

    private Measurement measurement(
            Contender contender,
            Map<String, String> settings,
            TextSet texts,
            Model model,
            int slots,
            int round,
            ChildProcess child,
            Path folder,
            List<Labelled> results,
            long backlog)
            throws IOException {
        List<Long> appends = results.stream().map(Labelled::appendMillis).toList();
        SteadyWindow window = SteadyWindow.of(appends, times.warmUpMillis(), times.windowMillis());
        long last = appends.stream().mapToLong(Long::longValue).max().orElseThrow();
        return new Measurement(
                contender.name(),
                new Results.Group(texts.name(), model.precision(), slots),
                round,
                window.textsPerSecond(),
                results.size() * 1000.0 / (last - child.startMillis()),
                cpuPer1000(child.cpuSeconds(), window),
                cpuPer1000(stage.broker().cpuSeconds(), window),
                JobMetrics.read(folder.resolve(LabelstreamContender.METRICS_FILE))
                        .map(job -> job.paddingWaste(window.fromMillis(), window.toMillis()))
                        .orElse(Double.NaN),
                window.seconds(),
                window.texts(),
                (double) backlog / texts.texts().size(),
                settings);
    }

    private static double cpuPer1000(Series cpuSeconds, SteadyWindow window) {
        return cpuSeconds.growth(window.fromMillis(), window.toMillis()) * 1000 / window.texts();
    }
}
