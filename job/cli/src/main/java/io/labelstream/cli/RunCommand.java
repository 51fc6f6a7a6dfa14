package io.labelstream.cli;

import io.labelstream.inference.ModelBundle;
import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.RootCause;
import io.labelstream.streaming.preflight.Place;
import io.labelstream.streaming.preflight.Preflight;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The job on a real Kafka, in this process, until it is stopped. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = Labelstream.Version.class,
        description = {
            "Run the job on a Kafka of yours, in this process, until it is stopped.",
            "Started again, it goes on from its newest complete checkpoint, also after a",
            "kill -9 or a power cut."
        },
        footer = {
            "",
            "Checkpoints are kept in checkpoint.directory, by default",
            "~/.local/state/labelstream/JOB-NAME ($XDG_STATE_HOME in place of",
            "~/.local/state where set). One run at a time may use it.",
            "",
            "Ctrl-C or SIGTERM lets texts in flight finish, commits their results and ends",
            "the job with exit code 0; a second one ends it at once. The same file works",
            "with 'flink run'."
        })
final class RunCommand implements Callable<Integer> {

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration STATUS = Duration.ofSeconds(10);
    private static final long STOP_SECONDS = 20;

    private static final class Beginning {
        @Option(
                names = "--from",
                paramLabel = "PATH",
                description = "Go on from this checkpoint or savepoint.")
        private Path from;

        @Option(names = "--fresh", description = "Start anew, from no checkpoint.")
        private boolean fresh;
    }

    @Mixin private ConfigFile configFile;

    @ArgGroup private Beginning beginning;

    @Option(
            names = "--allow-replay",
            description =
                    "Let --from name a checkpoint that is not the newest: results since then are written again.")
    private boolean allowReplay;

    private final Console console;

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        JobConfig config = configFile.read();
        Path folder = StateFolder.of(config);
        ModelBundle bundle = ModelBundle.load(config.modelPath(), config.modelFile());
        if (beginning != null && beginning.from != null) {
            checkComplete(beginning.from);
        }
        Preflight.check(config, Place.HERE);
        StopSignal stop = StopSignal.install();
        try (StateDirectory state = StateDirectory.open(folder)) {
            boolean fresh = beginning != null && beginning.fresh;
            state.checkOwner(config.exactlyOnce() ? config.transactionalIdPrefix() : "", fresh);
            Optional<Path> from = from(config, state);
            Path checkpoints = state.newStart(from);
            Configuration settings = settings(config, checkpoints, from);
            say(
                    "Starting job %s with model %s %s; state directory %s."
                            .formatted(config.name(), bundle.name(), bundle.version(), folder));
            try (LocalCluster cluster =
                    LocalCluster.start(
                            settings,
                            settings.get(CoreOptions.DEFAULT_PARALLELISM),
                            state.temporary())) {
                cluster.submit(config, settings);
                say("Flink's web UI: " + cluster.webUi());
                return watch(cluster, checkpoints, stop);
            }
        }
    }

    private static void checkComplete(Path path) {
        if (!StateDirectory.isComplete(path)) {
            throw new UsageException(
                    "--from %s: no complete checkpoint or savepoint. Expected a folder with a file _metadata."
                            .formatted(path));
        }
    }

    private Optional<Path> from(JobConfig config, StateDirectory state) throws IOException {
        if (beginning != null && beginning.from != null) {
            return Optional.of(named(beginning.from, state));
        }
        Optional<Path> newest = state.newest().map(StateDirectory.Checkpoint::path);
        if (beginning != null) {
            say("Starting anew: reads %s.".formatted(reading(config)));
            newest.ifPresent(
                    path ->
                            say(
                                    "What was labelled up to checkpoint %s and is read again is written again."
                                            .formatted(path)));
            return Optional.empty();
        }
        say(
                newest.map(path -> "Going on from checkpoint %s.".formatted(path))
                        .orElse("No checkpoint yet: reads %s.".formatted(reading(config))));
        return newest;
    }

    private Path named(Path path, StateDirectory state) throws IOException {
        if (!allowReplay) {
            Optional<Path> newest = state.newest().map(StateDirectory.Checkpoint::path);
            if (newest.isPresent() && !newest.get().toRealPath().equals(path.toRealPath())) {
                throw new UsageException(
                        "--from %s: the newest checkpoint is %s, and results up to it are committed; to go on from another one writes some of them again. Leave out --from, or add --allow-replay."
                                .formatted(path, newest.get()));
            }
        }
        say("Going on from checkpoint %s.".formatted(path));
        return path.toAbsolutePath().normalize();
    }

    private static String reading(JobConfig config) {
        String topics =
                config.inputTopicPattern() == null
                        ? String.join(", ", config.inputTopics())
                        : "all topics that match " + config.inputTopicPattern();
        return topics
                + switch (config.inputStart()) {
                    case EARLIEST -> " from the first message that Kafka has kept";
                    case LATEST -> ", messages that come from now on";
                    case COMMITTED -> " from where its consumer group is";
                    case TIMESTAMP -> " from input.start-timestamp on";
                };
    }

    private static Configuration settings(JobConfig config, Path checkpoints, Optional<Path> from) {
        Configuration settings = config.flinkConfiguration();
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        from.ifPresent(
                path -> settings.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString()));
        return settings;
    }

    private int watch(LocalCluster cluster, Path checkpoints, StopSignal stop)
            throws InterruptedException {
        Optional<String> said = Optional.empty();
        RunStatus status = new RunStatus(cluster);
        long nextStatus = System.nanoTime() + STATUS.toNanos();
        while (!stop.await(LOOK)) {
            JobStatus now = cluster.status();
            Optional<String> failure = cluster.failure();
            if (now.isGloballyTerminalState()) {
                if (now == JobStatus.FAILED) {
                    throw new FailureException(
                            "The job failed: " + failure.orElse("no reason is known"));
                }
                say("The job ended.");
                return Labelstream.DONE;
            }
            if (failure.isPresent() && !failure.equals(said)) {
                say("The job failed and starts again: " + failure.get());
                said = failure;
            }
            if (System.nanoTime() >= nextStatus) {
                say(status.line());
                nextStatus += STATUS.toNanos();
            }
        }
        end(cluster, checkpoints);
        return Labelstream.DONE;
    }

    private void end(LocalCluster cluster, Path checkpoints) throws InterruptedException {
        say("Stopping: texts in flight are finished and committed ...");
        try {
            say(
                    "Stopped. The next run goes on from %s."
                            .formatted(
                                    Path.of(URI.create(cluster.stop(checkpoints, STOP_SECONDS)))));
        } catch (TimeoutException | ExecutionException e) {
            // Not before the first checkpoint, and not while the job is failing.
            say(
                    "The job could not be stopped in order (%s). The next run goes on from the newest checkpoint; nothing is lost or written twice."
                            .formatted(
                                    e instanceof TimeoutException
                                            ? "no answer within %d s".formatted(STOP_SECONDS)
                                            : RootCause.message(e)));
        }
    }

    private void say(String sentence) {
        console.err().println(Style.printable(sentence));
    }
}
