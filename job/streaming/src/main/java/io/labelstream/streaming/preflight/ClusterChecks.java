package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** A Flink cluster, as far as its settings and shared folders can be seen from here. */
final class ClusterChecks implements CheckGroup {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

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
        URI uri = new Path(directory).toUri();
        if (uri.getScheme() == null || uri.getScheme().equals("file")) {
            return Verdict.skipped(
                    "%s is a folder of each machine, not looked at from here. JobManager and all TaskManagers must share it."
                            .formatted(directory));
        }
        return write(directory, () -> writeAndRemove(directory), PATIENCE);
    }

    /** Writes a file through Flink and removes it. */
    static Void writeAndRemove(String directory) throws IOException {
        Path tried = new Path(directory, "labelstream-preflight-" + UUID.randomUUID());
        FileSystem files = FileSystem.get(tried.toUri());
        files.create(tried, FileSystem.WriteMode.NO_OVERWRITE).close();
        files.delete(tried, false);
        return null;
    }

    /**
     * Judges a write, of which not all file systems say in time that it fails.
     *
     * @param write in a thread of its own, which is left behind if it does not end
     */
    static Verdict write(String directory, Callable<Void> write, Duration patience) {
        FutureTask<Void> task = new FutureTask<>(write);
        Thread thread = new Thread(task, "preflight-checkpoint-directory");
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return e.getCause() instanceof UnsupportedFileSystemSchemeException
                    ? Verdict.skipped(
                            "%s: Flink has no file system '%s' here. Its plugin must be on all machines of the cluster."
                                    .formatted(directory, new Path(directory).toUri().getScheme()))
                    : unwritten(directory, e.getCause().toString());
        } catch (TimeoutException e) {
            task.cancel(true);
            return unwritten(directory, "no answer within %d s".formatted(patience.toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PreflightException(
                    "Interrupted while looking at the checkpoint directory", e);
        }
        return Verdict.ok("%s can be written.".formatted(directory));
    }

    /** The cluster may have rights and ways there that this machine lacks. */
    private static Verdict unwritten(String directory, String why) {
        return Verdict.warning(
                "checkpoint directory %s cannot be written from this machine: %s. Unless only the cluster's machines may, check checkpoint.directory and the rights on it."
                        .formatted(directory, why));
    }
}
