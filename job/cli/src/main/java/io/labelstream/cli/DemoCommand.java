package io.labelstream.cli;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.NativeLibraries;
import io.labelstream.inference.ShippedModels;
import io.labelstream.inference.TextTokenizer;
import io.labelstream.streaming.JobConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The main job, on a broker and a Flink cluster inside this process. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Labelstream.Version.class,
        description = {
            "Run the main job on an embedded Kafka broker and Flink cluster, exactly once,",
            "and show labelled events as a read_committed consumer sees them."
        },
        footer = {
            "",
            "Feeds a sample that suits the model and a few records that cannot be read, or",
            "the texts of a file (.txt, .csv or .jsonl, as for classify). Ends when all of",
            "them came back as labelled events or dead letters, after N labelled events,",
            "or on Ctrl-C.",
            "",
            "With --limit, as many texts are sent as are to be labelled, the input over",
            "again where it is too short, so that every record sent is waited for. After",
            "Ctrl-C, what was under way counts as not waited for, and not as missing.",
            "",
            "The summary is measured: records are told apart by topic, partition and",
            "offset; latency goes from a record's timestamp to its committed label being",
            "read; texts/s count from the first record sent to the last label read."
        })
final class DemoCommand implements Callable<Integer> {

    static final String INPUT = "texts";
    static final String RESULTS = "texts-labelled";
    static final String DEAD_LETTERS = "texts-dead-letters";

    private static final int PARTITIONS = 4;
    private static final int PARALLELISM = 2;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final Duration ANSWER_PATIENCE = Duration.ofMinutes(2);

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            defaultValue = "sentiment-en",
            description = "A shipped model or a bundle folder (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--model-file",
            paramLabel = "FILE",
            defaultValue = "",
            description =
                    "The ONNX file to take, for a folder with several, such as onnx/model_fp16.onnx.")
    private String modelFile;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "Texts of your own, in place of the sample.")
    private Path input;

    @Option(names = "--limit", paramLabel = "N", description = "End after N labelled events.")
    private Long limit;

    @Option(
            names = "--json",
            description = "Print one LabelledEvent a line, and nothing else on standard output.")
    private boolean json;

    @Option(names = "--summary", paramLabel = "FILE", description = "Write the summary as JSON.")
    private Path summaryFile;

    private final Console console;
    private final DemoTally tally = new DemoTally();
    private DemoScreen screen;

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        checkArguments();
        Path folder = ShippedModels.find(model);
        ModelBundle bundle = ModelBundle.load(folder, modelFile);
        screen = new DemoScreen(console, json, Verdict.width(bundle));
        StopSignal stop = StopSignal.install();
        screen.say("Starting a Kafka broker, a Flink cluster and model " + bundle.name() + " ...");

        // Once, before several threads do: loggers that are made meanwhile would lose their lines.
        LoggerFactory.getILoggerFactory();
        CompletableFuture<EmbeddedKafka> startingKafka =
                CompletableFuture.supplyAsync(DemoCommand::startKafka);
        CompletableFuture<LocalCluster> startingCluster =
                CompletableFuture.supplyAsync(DemoCommand::startCluster);
        try (TemporaryFolder checkpoints = new TemporaryFolder("labelstream-demo-");
                Closing<EmbeddedKafka> kafka = new Closing<>(startingKafka);
                Closing<LocalCluster> cluster = new Closing<>(startingCluster)) {
            String device = warmUp(bundle);
            String servers = kafka.get().bootstrapServers();
            JobConfig config = config(servers, bundle, device, checkpoints.path());
            Configuration settings = config.flinkConfiguration();
            cluster.get().submit(config, settings);
            screen.say("Flink's web UI: " + cluster.get().webUi());
            return run(servers, DemoSample.of(bundle), cluster.get(), stop);
        }
    }

    private void checkArguments() {
        if (limit != null && limit < 1) {
            throw new UsageException("--limit is %d; expected at least 1.".formatted(limit));
        }
        if (summaryFile != null) {
            Path folder = summaryFile.toAbsolutePath().getParent();
            if (!Files.isDirectory(folder)) {
                throw new UsageException(
                        "--summary %s: there is no folder %s.".formatted(summaryFile, folder));
            }
            if (Files.isDirectory(summaryFile)) {
                throw new UsageException(
                        "--summary %s: is a folder; expected a file.".formatted(summaryFile));
            }
        }
        if (input != null) {
            try {
                TextInput.open(input).close();
            } catch (IOException e) {
                throw new UsageException("Input %s: cannot be read.".formatted(input), e);
            }
        }
    }

    private static EmbeddedKafka startKafka() {
        try {
            EmbeddedKafka kafka = EmbeddedKafka.start();
            kafka.createTopic(INPUT, PARTITIONS);
            kafka.createTopic(RESULTS, PARTITIONS);
            kafka.createTopic(DEAD_LETTERS, 1);
            return kafka;
        } catch (IOException e) {
            throw new FailureException(e.getMessage(), e);
        }
    }

    private static LocalCluster startCluster() {
        try {
            return LocalCluster.start(
                    new Configuration(),
                    PARALLELISM,
                    Path.of(System.getProperty("java.io.tmpdir")));
        } catch (IOException e) {
            throw new FailureException(e.getMessage(), e);
        }
    }

    /** Loads the native libraries while broker and cluster start; says which device to ask for. */
    private static String warmUp(ModelBundle bundle) {
        TextTokenizer.open(bundle).close();
        NativeLibraries.loadOnnxRuntime();
        return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA) ? "auto" : "cpu";
    }

    private JobConfig config(String servers, ModelBundle bundle, String device, Path checkpoints) {
        boolean pairs =
                input != null && !input.toString().toLowerCase(Locale.ROOT).endsWith(".txt");
        return JobConfig.of(
                Map.ofEntries(
                        Map.entry("job.name", "labelstream-demo"),
                        Map.entry("job.parallelism", Integer.toString(PARALLELISM)),
                        Map.entry("kafka.bootstrap.servers", servers),
                        Map.entry("input.topics", INPUT),
                        Map.entry("input.format", pairs ? "avro" : "text"),
                        Map.entry("output.topic", RESULTS),
                        Map.entry("output.format", "json"),
                        Map.entry("output.delivery", "exactly-once"),
                        Map.entry("output.transactional-id-prefix", "labelstream-demo"),
                        Map.entry("output.attention", "true"),
                        Map.entry("dead-letter.topic", DEAD_LETTERS),
                        Map.entry("model.path", bundle.folder().toString()),
                        Map.entry("model.file", bundle.modelFile()),
                        Map.entry("device.type", device),
                        Map.entry("checkpoint.interval", "500 ms"),
                        Map.entry("checkpoint.directory", checkpoints.toString()),
                        // Ends with the reason, where a job on a cluster would try again for ever.
                        Map.entry("flink.restart-strategy.type", "fixed-delay"),
                        Map.entry("flink.restart-strategy.fixed-delay.attempts", "2"),
                        Map.entry("flink.restart-strategy.fixed-delay.delay", "1 s")));
    }

    private int run(String servers, DemoSample sample, LocalCluster cluster, StopSignal stop)
            throws Exception {
        List<TopicPartition> outputs = new ArrayList<>();
        IntStream.range(0, PARTITIONS).forEach(p -> outputs.add(new TopicPartition(RESULTS, p)));
        outputs.add(new TopicPartition(DEAD_LETTERS, 0));
        Optional<Path> file = Optional.ofNullable(input);
        try (DemoReader reader = new DemoReader(servers, outputs, RESULTS, tally, screen);
                DemoFeed feed = new DemoFeed(file, sample, servers, INPUT, PARTITIONS, tally)) {
            awaitRunning(cluster, stop);
            try {
                feedAndRead(reader, feed, cluster, stop);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            } finally {
                DemoSummary summary = tally.summary(feed.skipped(), !stopped(stop));
                screen.summary(summary);
                if (summaryFile != null) {
                    summary.write(summaryFile);
                }
            }
            return tally.summary(feed.skipped(), !stopped(stop)).healthy()
                    ? Labelstream.DONE
                    : Labelstream.FAILED;
        }
    }

    /** Records are sent when the job runs, so that latency is the job's and not its start's. */
    private static void awaitRunning(LocalCluster cluster, StopSignal stop) throws Exception {
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (!stop.raised() && !cluster.running()) {
            checkJob(cluster);
            if (System.nanoTime() > end) {
                throw new FailureException(
                        "The job did not start within %d s.%s"
                                .formatted(START_PATIENCE.toSeconds(), because(cluster)));
            }
            stop.await(POLL);
        }
    }

    /** Returns when all was answered, the limit is reached, or nobody wants more. */
    private void feedAndRead(
            DemoReader reader, DemoFeed feed, LocalCluster cluster, StopSignal stop)
            throws Exception {
        CompletableFuture<Void> feeding = feed(feed, stop);
        boolean saidAgain = false;
        long labelledBefore = 0;
        long answered = 0;
        long lastChange = System.nanoTime();
        while (!stopped(stop)) {
            reader.poll(POLL);
            screen.status(tally.summary(0, true));
            if (feed.rounds() > 0 && !saidAgain) {
                screen.say(
                        "The input is used up: it is fed again until %d are labelled."
                                .formatted(limit));
                saidAgain = true;
            }
            if (feeding.isCompletedExceptionally()
                    || (feeding.isDone() && tally.outstanding() == 0)) {
                feeding.get();
                if (remaining() <= 0) {
                    return;
                }
                // Some of the texts became dead letters: more of them, unless all did.
                if (tally.labelled() == labelledBefore) {
                    throw new FailureException("None of the input's texts could be labelled.");
                }
                labelledBefore = tally.labelled();
                feeding = feed(feed, stop);
            } else if (tally.answered() > answered || tally.outstanding() == 0) {
                answered = tally.answered();
                lastChange = System.nanoTime();
            } else {
                checkJob(cluster);
                if (System.nanoTime() - lastChange > ANSWER_PATIENCE.toNanos()) {
                    throw new FailureException(
                            "No answer for %d s, with %d records under way.%s"
                                    .formatted(
                                            ANSWER_PATIENCE.toSeconds(),
                                            tally.outstanding(),
                                            because(cluster)));
                }
            }
        }
    }

    private CompletableFuture<Void> feed(DemoFeed feed, StopSignal stop) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        if (limit == null) {
                            feed.sendAll(stop);
                        } else {
                            feed.send(remaining(), stop);
                        }
                    } catch (IOException e) {
                        throw new FailureException("The input cannot be read: " + e, e);
                    }
                });
    }

    /** How many labelled events are still wanted; none where all is fed once. */
    private long remaining() {
        return limit == null ? 0 : limit - tally.labelled();
    }

    private boolean stopped(StopSignal stop) {
        return stop.raised() || console.resultsEnded();
    }

    private static void checkJob(LocalCluster cluster) {
        if (cluster.status().isGloballyTerminalState()) {
            throw new FailureException("The job failed." + because(cluster));
        }
    }

    private static String because(LocalCluster cluster) {
        return cluster.failure().map(reason -> " The reason: " + reason).orElse("");
    }
}
