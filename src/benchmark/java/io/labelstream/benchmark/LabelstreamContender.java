package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import io.labelstream.cli.LocalCluster;
import io.labelstream.streaming.JobConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/**
 * The real job, as {@code labelstream run} starts it: the same settings, the same cluster in one
 * process. Leaves its metrics and the address of its web UI in the run's folder.
 */
final class LabelstreamContender implements Contender {

    /** Where the job's metrics are found, a line a second, in the run's folder. */
    static final String METRICS_FILE = "metrics.jsonl";

    /** Holds the job's address on the web UI, in the run's folder. */
    static final String JOB_URI_FILE = "job-uri";

    private static final long POLL_MILLIS = 500;

    @Override
    public String name() {
        return Contenders.LABELSTREAM;
    }

    @Override
    public List<Map<String, String>> sweep() {
        return List.of(Map.of());
    }

    /**
     * Runs the job.
     *
     * @param settings of the job; they win over the workload's
     */
    @Override
    public void run(Workload workload, Map<String, String> settings) throws Exception {
        Path folder = Path.of(workload.temporaryFolder());
        JobConfig config = JobConfig.of(jobSettings(workload, settings));
        try (LocalCluster cluster =
                LocalCluster.start(clusterSettings(folder), workload.slots(), folder)) {
            cluster.submit(config, config.flinkConfiguration());
            Path uri = folder.resolve(JOB_URI_FILE + ".part");
            Files.writeString(uri, cluster.webUi() + "/jobs/" + cluster.job());
            Files.move(uri, folder.resolve(JOB_URI_FILE));
            while (!cluster.status().isGloballyTerminalState()) {
                Thread.sleep(POLL_MILLIS);
            }
            throw new FailureException(
                    "The job is %s. %s".formatted(cluster.status(), cluster.failure().orElse("")));
        }
    }

    /** The job's settings; those given win over the workload's. */
    static Map<String, String> jobSettings(Workload workload, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("job.name", workload.runId());
        all.put("job.parallelism", Integer.toString(workload.slots()));
        all.put("kafka.bootstrap.servers", workload.bootstrapServers());
        all.put("input.topics", workload.inputTopic());
        all.put("input.group-id", workload.runId());
        all.put("output.topic", workload.outputTopic());
        all.put("output.format", "json");
        all.put("output.delivery", "exactly-once");
        all.put("output.transactional-id-prefix", workload.runId());
        all.put("output.attention", "false");
        all.put("dead-letter.topic", workload.deadLetterTopic());
        all.put("model.path", workload.bundlePath());
        if (!workload.modelFile().isEmpty()) {
            all.put("model.file", workload.modelFile());
        }
        all.put("device.type", "cpu");
        all.put("batch.cache-texts", "0");
        all.put("checkpoint.interval", workload.checkpointMillis() + " ms");
        all.put("checkpoint.directory", workload.temporaryFolder() + "/checkpoints");
        // A run that had to start again is no measurement.
        all.put("flink.restart-strategy.type", "none");
        all.putAll(settings);
        return all;
    }

    private static Configuration clusterSettings(Path folder) {
        Configuration settings = new Configuration();
        // For the longest stall of a phase: Flink's own ten would be gone before it ends.
        settings.setString("web.checkpoints.history", "1000");
        settings.setString("metrics.reporters", "file");
        settings.setString(
                "metrics.reporter.file.factory.class", FileMetricReporterFactory.class.getName());
        settings.setString("metrics.reporter.file.interval", "1 s");
        settings.setString(
                "metrics.reporter.file." + FileMetricReporter.PATH,
                folder.resolve(METRICS_FILE).toString());
        return settings;
    }
}
