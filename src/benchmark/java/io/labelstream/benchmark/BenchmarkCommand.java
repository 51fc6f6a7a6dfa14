package io.labelstream.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.labelstream.cli.FailureException;
import io.labelstream.cli.UsageException;
import io.labelstream.inference.BundleException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ShippedModels;
import io.labelstream.streaming.ConfigException;
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

    private static final List<String> QUICK =
            List.of(Contenders.LABELSTREAM, "onnx-in-flink-map", "consumer-loop");

    @Option(
            names = "--quick",
            description =
                    "Only the main rows, within five minutes: one round, two peers with the first of their settings.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
    private Path json;

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
            defaultValue = "5",
            description = "Seconds before that, not counted (default: ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often everything is measured (default: 3, with --quick 1).")
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
            description = "Sessions, each with one thread (default: ${DEFAULT-VALUE}).")
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

    BenchmarkCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.progress = new Progress(err);
    }

    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    /** Runs the command and returns its exit code. */
    static int run(PrintStream out, PrintStream err, String... args) {
        CommandLine command = new CommandLine(new BenchmarkCommand(out, err));
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
        List<Contender> contenders = contenderNames().stream().map(Contenders::named).toList();
        ModelBundle bundle = ModelBundle.load(ShippedModels.find(model), modelFile);
        Model fp32 = new Model(Model.FP32, bundle.folder(), modelFile);
        Path folder = Files.createTempDirectory("labelstream-benchmark-");
        Folders.deleteAtExit(folder);
        progress.say("%s", Machine.current());
        try (BrokerProcess broker =
                        BrokerProcess.start(Files.createDirectory(folder.resolve("kafka")));
                Topics topics = new Topics(broker.bootstrapServers())) {
            Stage stage =
                    new Stage(broker, topics, folder, List.of(javaOptions.strip().split(" +", -1)));
            for (int round = 1; round <= rounds(); round++) {
                for (TextSet texts : textSets) {
                    measureCeiling(stage, texts, fp32, round);
                }
                for (Contender contender : contenders) {
                    for (TextSet texts : textSets) {
                        measure(stage, contender, texts, fp32, round);
                    }
                }
            }
        }
        Report report = new Report(results, textSets, settings(textSets));
        report.print(out);
        if (json != null) {
            report.write(json);
        }
        return results.failures().isEmpty() ? DONE : FAILED;
    }

    private void checkArguments() {
        if (seconds() <= 0 || warmUp < 0) {
            throw new UsageException("--seconds and --warm-up: expected a time above 0.");
        }
        if (rounds() < 1 || slots < 1) {
            throw new UsageException("--rounds and --slots: expected at least 1.");
        }
        if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
            throw new UsageException(
                    "--json %s: there is no folder %s."
                            .formatted(json, json.toAbsolutePath().getParent()));
        }
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
        return quick ? QUICK : Contenders.names();
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

    private Results.Group group(TextSet texts, Model of) {
        return new Results.Group(texts.name(), of.precision(), slots);
    }

    /** The first round looks for the best budget, later ones use it. */
    private void measureCeiling(Stage stage, TextSet texts, Model of, int round)
            throws IOException, InterruptedException {
        List<Ceiling> before = results.ceilings(group(texts, of));
        List<Integer> budgets =
                before.isEmpty() ? CeilingRun.BUDGETS : List.of(before.get(0).budget());
        Ceiling ceiling =
                CeilingRun.measure(stage, texts, of, slots, budgets, quick ? 1 : 3, seconds());
        results.add(new Results.CeilingOf(group(texts, of), round, ceiling));
        progress.say(
                "round %d, %s, %s, engine alone: %.1f texts/s at a budget of %d tokens",
                round, texts.name(), of.precision(), ceiling.textsPerSecond(), ceiling.budget());
    }

    /** A contender that fails gets no figures; the others go on. */
    private void measure(Stage stage, Contender contender, TextSet texts, Model of, int round)
            throws IOException, InterruptedException {
        Results.Group group = group(texts, of);
        Ceiling ceiling = results.ceilings(group).get(round - 1);
        ContenderRun run = new ContenderRun(stage, RunTimes.ofSeconds(warmUp, seconds()));
        for (Map<String, String> settings : toTry(contender, group, round)) {
            try {
                Measurement measurement =
                        run.measure(contender, settings, texts, of, slots, ceiling, round);
                results.add(measurement);
                progress.say(
                        "round %d, %s, %s, %s %s: %.1f texts/s, %.1f %% of the ceiling",
                        round,
                        texts.name(),
                        of.precision(),
                        contender.name(),
                        settings,
                        measurement.textsPerSecond(),
                        100 * measurement.textsPerSecond() / ceiling.textsPerSecond());
            } catch (FailureException e) {
                results.addFailure(e.getMessage());
                progress.say("%s", e.getMessage());
            }
        }
    }

    private List<Map<String, String>> toTry(Contender contender, Results.Group group, int round) {
        if (contender.name().equals(Contenders.LABELSTREAM)) {
            return List.of(jobSettings);
        }
        List<Map<String, String>> sweep = contender.sweep();
        if (quick) {
            return sweep.subList(0, 1);
        }
        if (round == 1) {
            return sweep;
        }
        return results.bestSettings(contender.name(), group).map(List::of).orElse(List.of());
    }

    private ObjectNode settings(List<TextSet> textSets) {
        ObjectNode node = Json.object();
        node.put("model", model);
        node.put("slots", slots);
        node.put("rounds", rounds());
        node.put("steady_state_seconds", seconds());
        node.put("warm_up_seconds", warmUp);
        node.put("checkpoint_ms", Stage.CHECKPOINT_MILLIS);
        node.put("partitions", Stage.PARTITIONS);
        node.put("java_options", javaOptions);
        node.put("quick", quick);
        node.put("caches", "off");
        textSets.forEach(texts -> node.withArray("text_sets").add(texts.name()));
        return node;
    }
}
