package io.labelstream.cli;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.LabelstreamJob;
import io.labelstream.streaming.RootCause;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.dispatcher.SessionDispatcherFactory;
import org.apache.flink.runtime.dispatcher.runner.DefaultDispatcherRunnerFactory;
import org.apache.flink.runtime.entrypoint.component.DefaultDispatcherResourceManagerComponentFactory;
import org.apache.flink.runtime.entrypoint.component.DispatcherResourceManagerComponentFactory;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;
import org.apache.flink.runtime.scheduler.exceptionhistory.ExceptionHistoryEntry;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster inside this process, with its web UI, reachable from this machine only and for
 * looking only, for one job. Its files are in a folder that is gone after {@link #close}. Used by
 * one thread.
 */
public final class LocalCluster implements AutoCloseable {

    private static final String LOCAL = "127.0.0.1";
    private static final long CLOSE_SECONDS = 20;

    private final TemporaryFolder folder;
    private final MiniCluster cluster;
    private JobID job;

    private LocalCluster(TemporaryFolder folder, MiniCluster cluster) {
        this.folder = folder;
        this.cluster = cluster;
    }

    /**
     * Starts a cluster.
     *
     * @param settings win over what is set here, for one {@code rest.bind-port}
     * @param temporary where to make the folder for its files
     * @throws IOException if it cannot start
     */
    public static LocalCluster start(Configuration settings, int slots, Path temporary)
            throws IOException {
        TemporaryFolder folder = new TemporaryFolder(temporary, "labelstream-flink-");
        Configuration all = defaults(folder.path());
        all.addAll(settings);
        MiniCluster cluster =
                new LookedAtCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(all)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(slots)
                                .build());
        LocalCluster started = new LocalCluster(folder, cluster);
        try {
            cluster.start();
            return started;
        } catch (Exception e) {
            started.close();
            throw new IOException("The Flink cluster in this process does not start: " + e, e);
        }
    }

    private static Configuration defaults(Path folder) {
        Configuration settings = new Configuration();
        settings.set(CoreOptions.TMP_DIRS, folder.toString());
        settings.set(BlobServerOptions.STORAGE_DIRECTORY, folder.toString());
        settings.set(WebOptions.TMP_DIR, folder.toString());
        settings.set(RestOptions.ADDRESS, LOCAL);
        settings.set(RestOptions.BIND_ADDRESS, LOCAL);
        settings.set(RestOptions.BIND_PORT, "0");
        settings.set(JobManagerOptions.ADDRESS, LOCAL);
        settings.set(JobManagerOptions.BIND_HOST, LOCAL);
        settings.set(TaskManagerOptions.HOST, LOCAL);
        settings.set(TaskManagerOptions.BIND_HOST, LOCAL);
        settings.set(WebOptions.SUBMIT_ENABLE, false);
        settings.set(WebOptions.CANCEL_ENABLE, false);
        // Figures on the web UI, and in the status of a run, are at most this old.
        settings.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofSeconds(2));
        // The job keeps no keyed state, and its operators are chained: little memory will do.
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
        return settings;
    }

    /** Address of the web UI. */
    public URI webUi() {
        return await(cluster.getRestAddress());
    }

    /**
     * Starts the job.
     *
     * @param settings what the job asks of Flink
     */
    public void submit(JobConfig config, Configuration settings) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(settings);
        LabelstreamJob.build(environment, config);
        submit(environment);
    }

    /** Starts a job that was built elsewhere. */
    public void submit(StreamExecutionEnvironment environment) {
        job = await(cluster.submitJob(environment.getStreamGraph().getJobGraph())).getJobID();
    }

    /** The job that was submitted. */
    public JobID job() {
        return job;
    }

    /** Whether every task of the job runs, its model loaded. */
    public boolean running() {
        for (var vertex : graph().getAllExecutionVertices()) {
            if (vertex.getExecutionState() != ExecutionState.RUNNING) {
                return false;
            }
        }
        return true;
    }

    /** How the job is. */
    public JobStatus status() {
        return await(cluster.getJobStatus(job));
    }

    /** Why the job failed last; nothing if it never did. */
    public Optional<String> failure() {
        return StreamSupport.stream(
                        await(cluster.getExecutionGraphInfo(job))
                                .getExceptionHistory()
                                .spliterator(),
                        false)
                .max(Comparator.comparingLong(ExceptionHistoryEntry::getTimestamp))
                .map(
                        entry ->
                                RootCause.message(
                                        entry.getException()
                                                .deserializeError(
                                                        LocalCluster.class.getClassLoader())));
    }

    private AccessExecutionGraph graph() {
        return await(cluster.getExecutionGraph(job));
    }

    /** Begins a checkpoint besides those of the job's interval; returns before it is over. */
    public void beginCheckpoint() {
        CompletableFuture<String> unused = cluster.triggerCheckpoint(job);
    }

    /**
     * Lets what was read be classified and committed, writes a savepoint, and ends the job.
     *
     * @return the savepoint's folder
     * @throws TimeoutException if that takes longer than the time given
     * @throws ExecutionException if the job cannot be stopped that way
     */
    String stop(Path savepoints, long timeoutSeconds)
            throws TimeoutException, ExecutionException, InterruptedException {
        return cluster.stopWithSavepoint(
                        job, savepoints.toUri().toString(), false, SavepointFormatType.CANONICAL)
                .get(timeoutSeconds, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        try {
            if (job != null && !status().isGloballyTerminalState()) {
                cluster.cancelJob(job).get(CLOSE_SECONDS, TimeUnit.SECONDS);
                cluster.requestJobResult(job).get(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
            cluster.closeAsync().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // The process is about to end, and the cluster with it.
        } finally {
            folder.close();
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException("Interrupted", e);
        } catch (ExecutionException e) {
            throw new FailureException(
                    "The Flink cluster in this process failed: " + RootCause.message(e), e);
        }
    }

    /** One whose web UI is for looking only. */
    private static final class LookedAtCluster extends MiniCluster {

        LookedAtCluster(MiniClusterConfiguration configuration) {
            super(configuration);
        }

        @Override
        protected DispatcherResourceManagerComponentFactory
                createDispatcherResourceManagerComponentFactory() {
            return new DefaultDispatcherResourceManagerComponentFactory(
                    DefaultDispatcherRunnerFactory.createSessionRunner(
                            SessionDispatcherFactory.INSTANCE),
                    StandaloneResourceManagerFactory.getInstance(),
                    ReadOnlyRestEndpoint.factory());
        }
    }
}
