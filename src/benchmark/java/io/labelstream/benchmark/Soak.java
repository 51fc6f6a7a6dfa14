package io.labelstream.benchmark;

import io.labelstream.cli.TemporaryFolder;
import io.labelstream.cli.UsageException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TextTokenizer;
import io.labelstream.streaming.JobConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Runs the job at full load for long, on texts of mixed lengths, and watches its resident memory,
 * the size of its checkpoints and its dead letters. Needs Linux's {@code /proc}.
 */
final class Soak {

    private static final long SAMPLE_MILLIS = 10_000;
    private static final long FEED_MILLIS = 500;

    /** Texts that wait in the input topic: enough for the job never to run dry. */
    private static final long BACKLOG = 5_000;

    private static final long SETTLED_SECONDS = 300;
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);

    private final Stage stage;
    private final Map<String, String> settings;
    private final Progress progress;

    /** Soaks the job with these settings. */
    Soak(Stage stage, Map<String, String> settings, Progress progress) {
        this.stage = stage;
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Runs.
     *
     * @throws UsageException where resident memory cannot be read
     */
    SoakResult run(List<TextSet> sets, ModelBundle bundle, Model model, int slots, double minutes)
            throws IOException, InterruptedException {
        if (!Files.exists(Path.of("/proc/self/status"))) {
            throw new UsageException("--soak reads resident memory from /proc, so it needs Linux.");
        }
        String runId = "benchmark-" + UUID.randomUUID();
        Path folder = Files.createDirectory(stage.folder().resolve(runId));
        Workload workload = stage.workload(runId, model, slots, folder);
        int inFlight =
                slots
                        * JobConfig.of(LabelstreamContender.jobSettings(workload, settings))
                                .capacity();
        TextSet texts;
        long allowed;
        try (TextTokenizer tokenizer = TextTokenizer.open(bundle)) {
            String longest = SoakTexts.longest(sets.get(0).texts(), bundle, tokenizer);
            texts = SoakTexts.mixed(sets, longest);
            allowed = SoakTexts.mostInARow(SoakTexts.bytes(texts, tokenizer), inFlight);
        }
        stage.topics().createShortLived(workload.inputTopic(), Stage.PARTITIONS);
        stage.topics().createShortLived(workload.outputTopic(), Stage.PARTITIONS);
        stage.topics().createOutput(workload.deadLetterTopic(), 1);
        try (ChildProcess child =
                        ContenderProcess.start(
                                Contenders.named(Contenders.LABELSTREAM),
                                workload,
                                settings,
                                stage.javaOptions());
                Feeder feeder = stage.feeder(workload, texts)) {
            return watch(child, feeder, folder, workload, allowed, minutes);
        } finally {
            stage.deleteTopics(workload);
            TemporaryFolder.delete(folder);
        }
    }

    private SoakResult watch(
            ChildProcess child,
            Feeder feeder,
            Path folder,
            Workload workload,
            long allowed,
            double minutes)
            throws IOException, InterruptedException {
        JobRest rest = JobRest.awaitRunning(child, folder, START_PATIENCE);
        long start = System.currentTimeMillis();
        long end = start + Math.round(minutes * 60_000);
        long settled = Math.min(SETTLED_SECONDS, Math.round(minutes * 30));
        long nextSample = start + SAMPLE_MILLIS;
        long written = 0;
        long mostCheckpointBytes = 0;
        double settledMiB = Double.NaN;
        List<Double> resident = new ArrayList<>();
        while (System.currentTimeMillis() < end) {
            child.checkAlive();
            written = stage.topics().written(workload.outputTopic(), Stage.PARTITIONS);
            feeder.feedUpTo(written + BACKLOG);
            if (System.currentTimeMillis() >= nextSample) {
                nextSample += SAMPLE_MILLIS;
                resident.add(residentMiB(child.process().pid()));
                mostCheckpointBytes = Math.max(mostCheckpointBytes, rest.checkpointBytes());
                double seconds = (System.currentTimeMillis() - start) / 1000.0;
                if (Double.isNaN(settledMiB) && seconds >= settled) {
                    settledMiB = resident.get(resident.size() - 1);
                }
                progress.say(
                        "soak: %d results, %.0f MiB resident, largest checkpoint %d bytes",
                        written, resident.get(resident.size() - 1), mostCheckpointBytes);
            }
            Thread.sleep(FEED_MILLIS);
        }
        return new SoakResult(
                minutes,
                written,
                settled,
                settledMiB,
                residentMiB(child.process().pid()),
                mostCheckpointBytes,
                allowed,
                stage.topics().written(workload.deadLetterTopic(), 1),
                resident);
    }

    private static double residentMiB(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IOException("/proc/" + pid + "/status has no line VmRSS");
    }
}
