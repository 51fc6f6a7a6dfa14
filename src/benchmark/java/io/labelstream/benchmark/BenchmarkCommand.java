package io.labelstream.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.labelstream.cli.FailureException;
import io.labelstream.cli.TemporaryFolder;
import io.labelstream.cli.UsageException;
import io.labelstream.inference.BundleException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ShippedModels;
import io.labelstream.streaming.ConfigException;
import io.labelstream.streaming.JobOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code benchmark}: the job against its engine's limit, and against its peers. */
@Command(
        name = "labelstream benchmark",
        mixinStandardHelpOptions = true,
        description = {
            "Measure the job against the engine alone and against what could be used",
            "in its place, on this machine: broker and contender each in a JVM of its own."
        },
        footer = {
            "",
            "Every contender labels the same backlog with the same model, exactly once, with",
            "as many one-thread sessions, and must give the engine's own answers, or it gets",
            "no figures. In round 1 each contender tries its settings; later rounds use the",
            "best. Figures are medians over the rounds.",
            "",
            "The table goes to standard output, all else to standard error."
        })
final class BenchmarkCommand implements Callable<Integer> {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private static final double SWEEP_SECONDS = 2;
    private static final double QUICK_SWEEP_SECONDS = 1;

    private static final String ORDER = JobOptions.OUTPUT_ORDER.key();

    /** What is measured of the job alone. */
    enum Extra {
        INT8,
        LATENCY,
        SCALING,
        BATCHING,
        FORMATS
    }

    @Option(
            names = "--quick",
            description =
                    "Only the main rows, within five minutes: one round, two peers with the first of their settings.")
    private boolean quick;

    @Option(
            names = "--with",
            paramLabel = "EXTRA",
            split = ",",
            description =
                    "What to measure of the job beside its rate: ${COMPLETION-CANDIDATES}, separated by commas (default: all; none with --quick or --only).")
    private List<Extra> extras;

    @Option(
            names = "--soak",
            paramLabel = "MINUTES",
            description =
                    "Only run the job at full load for so long, and watch its memory and checkpoints.")
    private Double soakMinutes;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
    private Path json;

    @Option(names = "--plots", paramLabel = "DIR", description = "Draw the figures as SVG files.")
    private Path plots;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "Texts of your own (.txt, .csv or .jsonl), in place of those that ship.")
    private Path data;

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
            description = "The ONNX file to take, for a folder with several.")
    private String modelFile;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long each steady state is watched (default: 20, with --quick 15).")
    private Double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description =
                    "Seconds before that, not counted, in which Java compiles what is hot (default: 10, with --quick 6).")
    private Double warmUp;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "How often the main contenders are measured, the others at most twice (default: 3, with --quick 1).")
    private Integer rounds;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Contenders to measure, separated by commas (default: all).")
    private List<String> only = List.of();

    @Option(
            names = "--sets",
            paramLabel = "NAME",
            split = ",",
            description = "Text sets to use: reviews, intents (default: both).")
    private List<String> sets = TextSet.SHIPPED;

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "2",
            description = "Sessions, each with one thread: 1, 2 or 4 (default: ${DEFAULT-VALUE}).")
    private int slots;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the job, such as batch.max-tokens=256; may be repeated.")
    private Map<String, String> jobSettings = new LinkedHashMap<>();

    @Option(
            names = "--java-options",
            paramLabel = "OPTIONS",
            defaultValue = "-Xmx2g",
            description =
                    "For the JVM of each contender, separated by spaces (default: ${DEFAULT-VALUE}).")
    private String javaOptions;

    private final PrintStream out;
    private final Progress progress;
    private final Results results = new Results();
    private final Attempts attempts;

    BenchmarkCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.progress = new Progress(err);
        this.attempts = new Attempts(results, progress);
    }

    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    /** Runs the command and returns its exit code. */
    static int run(PrintStream out, PrintStream err, String... args) {
        CommandLine command = new CommandLine(new BenchmarkCommand(out, err));
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setParameterExceptionHandler(
                (e, arguments) -> {
                    err.println(e.getMessage());
                    err.println("Try 'labelstream benchmark --help'.");
                    return WRONG_USAGE;
                });
        command.setExecutionExceptionHandler(
                (e, commandLine, result) -> {
                    boolean usage =
                            e instanceof UsageException
                                    || e instanceof BundleException
                                    || e instanceof ConfigException;
                    if (usage || e instanceof FailureException) {
                        err.println(e.getMessage());
                    } else {
                        e.printStackTrace(err);
                    }
                    return usage ? WRONG_USAGE : FAILED;
                });
        return command.execute(args);
    }

    @Override
    public Integer call() throws Exception {
        checkArguments();
        List<TextSet> textSets = textSets();
        checkTexts(textSets);
        List<Contender> contenders = contenderNames().stream().map(Contenders::named).toList();
        ModelBundle bundle = ModelBundle.load(ShippedModels.find(model), modelFile);
        progress.say("%s", Machine.current());
        try (TemporaryFolder folder = new TemporaryFolder("labelstream-benchmark-");
                BrokerProcess broker =
                        BrokerProcess.start(Files.createDirectory(folder.path().resolve("kafka")));
                Topics topics = new Topics(broker.bootstrapServers())) {
            Stage stage =
                    new Stage(
                            broker,
                            topics,
                            folder.path(),
                            List.of(javaOptions.strip().split(" +", -1)));
            Model fp32 = new Model(Model.FP32, bundle.folder(), modelFile);
            if (soakMinutes != null) {
                return soak(stage, textSets, bundle, fp32);
            }
            try {
                measure(stage, textSets, contenders, bundle, fp32);
            } finally {
                report(textSets);
            }
        }
        return results.failures().isEmpty() ? DONE : FAILED;
    }

    private void measure(
            Stage stage,
            List<TextSet> textSets,
            List<Contender> contenders,
            ModelBundle bundle,
            Model fp32)
            throws InterruptedException {
        new Throughput(stage, plan(), results, progress)
                .measure(parts(fp32, bundle, stage.folder(), contenders), textSets);
        if (with(Extra.LATENCY)) {
            LatencyPlan.measure(
                    stage, textSets, fp32, slots, seconds(), jobSettings, results, progress);
        }
        if (with(Extra.BATCHING)) {
            progress.say("Batches are formed without a model");
            attempts.attempt(
                    "Forming batches", () -> results.addBatchings(BatchFormation.measure()));
        }
        if (with(Extra.FORMATS)) {
            progress.say("Records are read and written without a model");
            attempts.attempt(
                    "Reading and writing records",
                    () -> results.addFormats(RecordFormats.measure()));
        }
    }

    private void report(List<TextSet> textSets) throws IOException {
        Report report = new Report(results, textSets, slots, settings(textSets));
        report.print(out);
        if (json != null) {
            report.write(json);
        }
        if (plots != null) {
            Plots.write(plots, results, textSets, slots);
        }
    }

    private int soak(Stage stage, List<TextSet> textSets, ModelBundle bundle, Model of)
            throws IOException, InterruptedException {
        SoakResult soak =
                new Soak(stage, jobSettings, progress)
                        .run(textSets, bundle, of, slots, soakMinutes);
        soak.sentences().forEach(out::println);
        if (json != null) {
            Json.write(json, soak);
        }
        return soak.holds() ? DONE : FAILED;
    }

    private Throughput.Plan plan() {
        return new Throughput.Plan(
                rounds(),
                warmUp(),
                seconds(),
                quick ? QUICK_SWEEP_SECONDS : SWEEP_SECONDS,
                !quick,
                jobSettings);
    }

    /** What is measured beside the contenders, only as far as it was asked for. */
    private List<Throughput.Part> parts(
            Model fp32, ModelBundle bundle, Path folder, List<Contender> contenders)
            throws InterruptedException {
        List<Throughput.Part> parts = new ArrayList<>();
        List<Contender> job =
                contenders.stream()
                        .filter(contender -> contender.name().equals(Contenders.LABELSTREAM))
                        .toList();
        parts.add(new Throughput.Part(fp32, slots, contenders, rounds()));
        if (with(Extra.INT8)) {
            progress.say("Model %s in int8: quantized once, and kept", bundle.name());
            attempts.attempt(
                    "Model %s in int8".formatted(bundle.name()),
                    () ->
                            parts.add(
                                    new Throughput.Part(
                                            Int8Bundle.of(bundle, folder),
                                            slots,
                                            job,
                                            Math.min(rounds(), 2))));
        }
        if (with(Extra.SCALING) && slots > 1) {
            parts.add(new Throughput.Part(fp32, 1, job, 1));
        }
        return parts;
    }

    private void checkArguments() {
        if (seconds() <= 0 || warmUp() < 0) {
            throw new UsageException("--seconds and --warm-up: expected a time above 0.");
        }
        if (soakMinutes != null && soakMinutes < 1) {
            throw new UsageException("--soak: expected at least 1 minute.");
        }
        if (rounds() < 1) {
            throw new UsageException("--rounds: expected at least 1.");
        }
        if (slots < 1 || Stage.PARTITIONS % slots != 0) {
            throw new UsageException(
                    "--slots %d: expected 1, 2 or 4, so that each slot gets as many of the %d partitions."
                            .formatted(slots, Stage.PARTITIONS));
        }
        if (soakMinutes == null && "unordered".equalsIgnoreCase(jobSettings.get(ORDER))) {
            throw new UsageException(
                    "--set %s: expected ordered results, among which a lost one shows."
                            .formatted(ORDER));
        }
        if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
            throw new UsageException(
                    "--json %s: there is no folder %s."
                            .formatted(json, json.toAbsolutePath().getParent()));
        }
    }

    /** The engine alone splits the texts among the slots. */
    private void checkTexts(List<TextSet> textSets) {
        for (TextSet texts : textSets) {
            if (texts.texts().size() < slots) {
                throw new UsageException(
                        "Text set %s: holds %d texts, expected at least one for each of the %d slots."
                                .formatted(texts.name(), texts.texts().size(), slots));
            }
        }
    }

    /** Without being told: all, but none with --quick or --only, which ask for less. */
    private boolean with(Extra extra) {
        return extras != null ? extras.contains(extra) : !quick && only.isEmpty();
    }

    private double warmUp() {
        return warmUp != null ? warmUp : quick ? 6 : 10;
    }

    private double seconds() {
        return seconds != null ? seconds : quick ? 15 : 20;
    }

    private int rounds() {
        return rounds != null ? rounds : quick ? 1 : 3;
    }

    private List<String> contenderNames() {
        if (!only.isEmpty()) {
            return only;
        }
        return quick ? Contenders.MAIN : Contenders.names();
    }

    private List<TextSet> textSets() throws IOException {
        if (data != null) {
            return List.of(TextSet.of(data));
        }
        List<TextSet> all = new ArrayList<>();
        for (String name : sets) {
            all.add(TextSet.shipped(name));
        }
        return all;
    }

    private ObjectNode settings(List<TextSet> textSets) {
        ObjectNode node = Json.object();
        node.put("model", model);
        node.put("slots", slots);
        node.put("rounds", rounds());
        node.put("steady_state_seconds", seconds());
        node.put("warm_up_seconds", warmUp());
        node.put("checkpoint_ms", Stage.CHECKPOINT_MILLIS);
        node.put("partitions", Stage.PARTITIONS);
        node.put("java_options", javaOptions);
        node.put("quick", quick);
        node.put("caches", "off");
        textSets.forEach(texts -> node.withArray("text_sets").add(texts.name()));
        return node;
    }
}
