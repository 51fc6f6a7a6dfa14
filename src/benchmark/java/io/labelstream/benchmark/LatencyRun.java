package io.labelstream.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.labelstream.cli.FailureException;
import io.labelstream.cli.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Measures the job's latency: texts at constant rates, whatever becomes of them. */
final class LatencyRun {

    /** Shares of the largest rate. */
    static final List<Double> LOADS = List.of(0.2, 0.5, 0.7, 0.9);

    /** The job's histogram, from {@code asyncInvoke} to completion. */
    private static final String INSIDE = "latencyMicros";

    /**
     * The histogram holds the latest 1,000 of each slot: no text of the phase before may be left.
     */
    private static final double TEXTS_OF_A_SLOT = 1_200;

    private static final int LONE_TEXTS = 20;
    private static final String WARM_UP = "warm-up";
    private static final double WARM_UP_SECONDS = 30;
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);

    /** Beside the phases themselves: for the results of each, which the probe waits for. */
    private static final Duration RESERVE = Duration.ofMinutes(3);

    /** The reporter writes once a second. */
    private static final long METRICS_LAG_MILLIS = 1500;

    private final Stage stage;
    private final Contender job = Contenders.named(Contenders.LABELSTREAM);
    private final Map<String, String> settings;

    /** Measures the job with these settings. */
    LatencyRun(Stage stage, Map<String, String> settings) {
        this.stage = stage;
        this.settings = settings;
    }

    /**
     * Runs the job once, idle first, then under each load.
     *
     * @param ceiling of these texts: it knows the longest, which is sent while the job is idle
     * @param most texts per second that the job was seen to label
     * @param seconds for each load, at least
     * @throws FailureException if not every text came back
     */
    List<LatencyResult> measure(
            TextSet texts, Model model, int slots, Ceiling ceiling, double most, double seconds)
            throws IOException, InterruptedException {
        String runId = "benchmark-" + UUID.randomUUID();
        Path folder = Files.createDirectory(stage.folder().resolve(runId));
        Workload workload = stage.workload(runId, model, slots, folder);
        stage.createTopics(workload);
        List<LatencyRequest.Phase> phases = new ArrayList<>();
        List<String> longest = List.of(texts.texts().get(ceiling.longestText()));
        phases.add(new LatencyRequest.Phase("idle", 1, LONE_TEXTS, longest));
        phases.add(new LatencyRequest.Phase(WARM_UP, most / 2, WARM_UP_SECONDS, texts.texts()));
        for (double load : LOADS) {
            double rate = load * most;
            double enough = Math.max(seconds, slots * TEXTS_OF_A_SLOT / rate);
            phases.add(new LatencyRequest.Phase("load", rate, enough, texts.texts()));
        }
        Path request = folder.resolve("latency.json");
        Path result = folder.resolve("latencies.json");
        Json.write(
                request,
                new LatencyRequest(
                        workload.bootstrapServers(),
                        workload.inputTopic(),
                        workload.outputTopic(),
                        Stage.PARTITIONS,
                        phases));
        try (ChildProcess child =
                ContenderProcess.start(job, workload, settings, stage.javaOptions())) {
            JobRest rest = JobRest.awaitRunning(child, folder, START_PATIENCE);
            try (ChildProcess probe =
                    ChildProcess.start(
                            "latency-probe",
                            folder,
                            ProcessBuilder.Redirect.DISCARD,
                            List.of("-Xmx1g"),
                            LatencyProbe.class.getName(),
                            request.toString(),
                            result.toString())) {
                probe.await(patience(phases));
            }
            child.checkAlive();
            Thread.sleep(METRICS_LAG_MILLIS);
            return results(texts, most, folder, rest, Json.read(result, PhaseResult.All.class));
        } finally {
            stage.deleteTopics(workload);
            TemporaryFolder.delete(folder);
        }
    }

    private static Duration patience(List<LatencyRequest.Phase> phases) {
        double seconds = phases.stream().mapToDouble(LatencyRequest.Phase::seconds).sum();
        return RESERVE.plusMillis(Math.round(seconds * 1000));
    }

    private static List<LatencyResult> results(
            TextSet texts, double most, Path folder, JobRest rest, PhaseResult.All all)
            throws IOException, InterruptedException {
        JobMetrics metrics =
                JobMetrics.read(folder.resolve(LabelstreamContender.METRICS_FILE)).orElseThrow();
        List<LatencyResult> results = new ArrayList<>();
        for (int i = 0; i < all.phases().size(); i++) {
            PhaseResult phase = all.phases().get(i);
            if (phase.name().equals(WARM_UP)) {
                continue;
            }
            if (phase.committed().count() != phase.sent()) {
                throw new FailureException(
                        "Latency at %.1f texts/s: %d texts were sent, %d results were committed within 30 s; expected all."
                                .formatted(
                                        phase.textsPerSecond(),
                                        phase.sent(),
                                        phase.committed().count()));
            }
            // What the job had answered before it got any text of the next phase.
            long end =
                    i + 1 < all.phases().size()
                            ? all.phases().get(i + 1).fromMillis()
                            : phase.toMillis() + METRICS_LAG_MILLIS;
            Optional<Latencies> inside = metrics.histogram(INSIDE, end).map(LatencyRun::latencies);
            double load = phase.name().equals("idle") ? 0 : phase.textsPerSecond() / most;
            results.add(
                    new LatencyResult(
                            texts.name(),
                            load,
                            phase,
                            inside,
                            rest.longestStallMillis(phase.fromMillis(), phase.toMillis())));
        }
        return results;
    }

    private static Latencies latencies(JsonNode histogram) {
        return new Latencies(
                histogram.path("count").asLong(),
                millis(histogram.path("p50")),
                millis(histogram.path("p95")),
                millis(histogram.path("p99")),
                millis(histogram.path("p999")),
                millis(histogram.path("max")));
    }

    private static double millis(JsonNode micros) {
        return micros.asDouble() / 1000;
    }
}
