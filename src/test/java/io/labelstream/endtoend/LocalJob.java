package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.LocalCluster;
import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.preflight.Place;
import io.labelstream.streaming.preflight.Preflight;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;

/**
 * The whole job on a cluster in this process, as {@code labelstream run} has it, but quicker to
 * start. Used by one thread.
 */
final class LocalJob implements AutoCloseable {

    private final LocalCluster cluster;

    private LocalJob(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Starts a job.
     *
     * @param folder for temporary files
     */
    static LocalJob start(JobSettings settings, Path folder) throws IOException {
        JobConfig config = JobConfig.of(settings.all());
        Preflight.check(config, Place.CLUSTER);
        Configuration flink = config.flinkConfiguration();
        LocalCluster cluster = LocalCluster.start(flink, config.parallelism(), folder);
        try {
            cluster.submit(config, flink);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        return new LocalJob(cluster);
    }

    /** Whether the job runs, or is about to, and never failed. */
    boolean isHealthy() {
        return cluster.failure().isEmpty() && !cluster.status().isGloballyTerminalState();
    }

    /** Fails the test if the job ever failed. */
    void checkHealthy() {
        assertThat(cluster.failure()).as("why the job failed").isEmpty();
        assertThat(cluster.status().isGloballyTerminalState()).as("the job has ended").isFalse();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
