package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** A Flink cluster, as far as its settings and shared folders can be seen from here. */
final class ClusterChecks implements CheckGroup {

    private final Configuration settings;

    ClusterChecks(JobConfig config) {
        this(settings(config));
    }

    /** The cluster's settings and the job's. */
    ClusterChecks(Configuration settings) {
        this.settings = settings;
    }

    /** Flink's own from FLINK_CONF_DIR, which may be none; the job's win. */
    static Configuration settings(JobConfig config) {
        Configuration settings =
                System.getenv("FLINK_CONF_DIR") == null
                        ? new Configuration()
                        : GlobalConfiguration.loadConfiguration();
        settings.addAll(config.flinkConfiguration());
        return settings;
    }

    @Override
    public void run(Report report) {
        report.ask("checkpoint directory", this::lookAtCheckpoints);
    }

    private Verdict lookAtCheckpoints() {
        String directory = settings.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
        if (directory == null) {
            return Verdict.warning(
                    "no checkpoint directory is set: Flink keeps checkpoints in the JobManager's memory, and they are lost with it. Set checkpoint.directory.");
        }
        URI uri = URI.create(directory);
        if (uri.getScheme() == null || uri.getScheme().equals("file")) {
            return Verdict.skipped(
                    "%s is a folder of each machine, not looked at from here. JobManager and all TaskManagers must share it."
                            .formatted(directory));
        }
        return write(directory);
    }

    /** Writes a file through Flink and removes it. */
    static Verdict write(String directory) {
        URI uri = URI.create(directory);
        Path tried = new Path(directory, "labelstream-preflight-" + UUID.randomUUID());
        try {
            FileSystem files = FileSystem.get(uri);
            files.create(tried, FileSystem.WriteMode.NO_OVERWRITE).close();
            files.delete(tried, false);
        } catch (UnsupportedFileSystemSchemeException e) {
            return Verdict.skipped(
                    "%s: Flink has no file system '%s' here. Its plugin must be on all machines of the cluster."
                            .formatted(directory, uri.getScheme()));
        } catch (IOException e) {
            throw new PreflightException(
                    "Checkpoint directory %s cannot be written: %s. Check checkpoint.directory and the rights on it."
                            .formatted(directory, e),
                    e);
        }
        return Verdict.ok("%s can be written.".formatted(directory));
    }
}
