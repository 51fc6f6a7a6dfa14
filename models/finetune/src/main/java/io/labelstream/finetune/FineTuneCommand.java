package io.labelstream.finetune;

import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fine-tune}: a labelled CSV to a bundle. */
@Command(
        name = "fine-tune",
        description = "Fine-tune a BERT encoder on a labelled CSV file into a model bundle.")
final class FineTuneCommand implements Callable<Integer> {

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE.csv",
            description =
                    "Training data: UTF-8 with a header and the columns text,label, for pairs of texts text,text_pair,label; several labels of a row are joined by a bar. Several files are joined: give the option several times.")
    private List<Path> data;

    @Option(
            names = "--validation",
            paramLabel = "FILE.csv",
            description =
                    "Data to choose the best epoch and to calibrate by; a tenth of the training data is held out unless given.")
    private Path validation;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the bundle; made where it does not exist.")
    private Path output;

    @Option(
            names = "--delta",
            paramLabel = "DIR",
            description =
                    "Folder to write what training changed to as well: a few MB, fit for git.")
    private Path delta;

    @Option(
            names = "--name",
            description = "Name of the model; the name of the output folder unless given.")
    private String name;

    @Option(
            names = "--model-version",
            defaultValue = "1",
            description = "Version of the model (default: ${DEFAULT-VALUE}).")
    private String version;

    @Option(
            names = "--language",
            defaultValue = "",
            description = "Language of the texts, such as en; only written down.")
    private String language;

    @Option(
            names = "--about",
            paramLabel = "KEY=VALUE",
            description =
                    "What to write down of the data: name, licence, creators, url, changes; once each.")
    private Map<String, String> about = new TreeMap<>();

    @Option(
            names = "--encoder",
            defaultValue = "minilm-l6",
            description =
                    "minilm-l6, bge-small-en, bge-small-zh, or a bundle folder (default: ${DEFAULT-VALUE}).")
    private String encoder;

    @Option(
            names = "--head",
            defaultValue = "attention",
            description =
                    "Head on the encoder: attention, cls or mean (default: ${DEFAULT-VALUE}).")
    private String head;

    @Option(
            names = "--max-length",
            defaultValue = "256",
            paramLabel = "TOKENS",
            description = "Longer texts are cut to this (default: ${DEFAULT-VALUE}).")
    private int maxLength;

    @Option(
            names = "--epochs",
            defaultValue = "0",
            description =
                    "Most times that all rows are seen (default: 5, more where rows are few).")
    private int epochs;

    @Option(
            names = "--patience",
            defaultValue = "3",
            paramLabel = "EPOCHS",
            description =
                    "Epochs without a better one after which training stops (default: ${DEFAULT-VALUE}).")
    private int patience;

    @Option(
            names = "--tune",
            defaultValue = "low-rank",
            paramLabel = "PART",
            description =
                    "What of the encoder is trained: low-rank (deltas of a few MB), full, or head (nothing) (default: ${DEFAULT-VALUE}).")
    private String tune;

    @Option(
            names = "--label-weights",
            defaultValue = "auto",
            paramLabel = "KIND",
            description =
                    "How much rows count: none, balanced (rare labels more), or auto: balanced where the most frequent label has over one and a half times the rows of the rarest (default: ${DEFAULT-VALUE}).")
    private String labelWeights;

    @Option(
            names = "--batch-size",
            defaultValue = "32",
            description = "Rows of a step (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--learning-rate",
            defaultValue = "0",
            description =
                    "Highest learning rate (0, the default: 1e-3 for low-rank and head, 3e-4 for low-rank on pairs of texts, 1e-4 for full).")
    private double learningRate;

    @Option(
            names = "--weight-decay",
            defaultValue = "0.01",
            description = "Weight decay of matrices (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(
            names = "--dropout",
            defaultValue = "0.1",
            description = "Share of values dropped in training (default: ${DEFAULT-VALUE}).")
    private double dropout;

    @Option(
            names = "--label-smoothing",
            paramLabel = "SHARE",
            description =
                    "Share of a row's weight that all labels get (default: 0.1; 0 where rows may have several labels, or where the out-of-scope label is among them).")
    private double labelSmoothing = TrainingSettings.SUITED;

    @Option(
            names = "--averaging",
            defaultValue = "0.2",
            paramLabel = "SHARE",
            description =
                    "Span of the moving average of the parameters, as a share of all steps; 0 for none (default: ${DEFAULT-VALUE}).")
    private double averaging;

    @Option(
            names = "--rank",
            defaultValue = "16",
            description = "Rank of the low-rank deltas (default: ${DEFAULT-VALUE}).")
    private int rank;

    @Option(
            names = "--alpha",
            defaultValue = "32",
            description = "Strength of the low-rank deltas (default: ${DEFAULT-VALUE}).")
    private double alpha;

    @Option(
            names = "--seed",
            defaultValue = "7",
            description = "Seed of all that is random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--out-of-scope-label",
            defaultValue = "oos",
            paramLabel = "LABEL",
            description =
                    "The label that means 'none of these', where the data has it (default: ${DEFAULT-VALUE}).")
    private String outOfScopeLabel;

    @Option(
            names = "--out-of-scope-loss",
            defaultValue = "0.005",
            paramLabel = "SHARE",
            description =
                    "Most in-scope accuracy to give up, on validation rows, for telling what is out of scope (default: ${DEFAULT-VALUE}).")
    private double outOfScopeLoss;

    @Option(
            names = "--out-of-scope-share",
            defaultValue = "0",
            paramLabel = "SHARE",
            description =
                    "Share of texts that will be out of scope in use, for the temperature (default: as among the validation rows).")
    private double outOfScopeShare;

    @Option(
            names = "--restart",
            description = "Begin anew, even where an interrupted training could go on.")
    private boolean restart;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        FineTuning.Request request = request();
        data.forEach(file -> DataFile.require(spec, "--data", file));
        if (validation != null) {
            DataFile.require(spec, "--validation", validation);
        }
        if (Files.isDirectory(output)
                && Files.isDirectory(Path.of(encoder))
                && Files.isSameFile(output, Path.of(encoder))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--output %s is the encoder itself. Name another folder.".formatted(output));
        }
        FineTuning.Trained trained =
                new FineTuning(request, System.err).run(data, validation, output, restart);
        ModelCard.write(output, trained.delta().settings(), commandLine());
        if (delta != null) {
            writeDelta(trained);
            Files.copy(
                    output.resolve(ModelCard.FILE),
                    delta.resolve(ModelCard.FILE),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        System.err.printf("bundle %s written, loads as %s%n", output, loaded());
        return 0;
    }

    /** The command as the user gave it, for the model card. */
    private String commandLine() {
        return "./labelstream "
                + spec.name()
                + spec.commandLine().getParseResult().originalArgs().stream()
                        .map(FineTuneCommand::quoted)
                        .collect(Collectors.joining(" ", " ", ""));
    }

    private static String quoted(String argument) {
        return argument.matches("[\\w./:=+-]+")
                ? argument
                : "'" + argument.replace("'", "'\\''") + "'";
    }

    private FineTuning.Request request() {
        Path folder = output.toAbsolutePath().getFileName();
        if (folder == null || Files.isRegularFile(output)) {
            throw new ParameterException(
                    spec.commandLine(), "--output %s: expected a folder.".formatted(output));
        }
        try {
            return new FineTuning.Request(
                    name == null ? folder.toString() : name,
                    version,
                    language,
                    about,
                    Encoder.of(encoder),
                    Head.choice(head),
                    new Lora(rank, alpha),
                    maxLength,
                    new TrainingSettings(
                            Tuning.of(tune),
                            epochs,
                            patience,
                            batchSize,
                            learningRate,
                            weightDecay,
                            dropout,
                            labelSmoothing,
                            averaging,
                            LabelWeights.of(labelWeights),
                            seed),
                    outOfScopeLabel,
                    outOfScopeLoss,
                    outOfScopeShare);
        } catch (FineTuneException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private String loaded() {
        ModelBundle bundle = ModelBundle.load(output);
        return bundle.name() + " " + bundle.version() + ", labels " + bundle.labels();
    }

    private void writeDelta(FineTuning.Trained trained) {
        try {
            trained.delta().write(delta, trained.modelSha256());
        } catch (IOException e) {
            throw new FineTuneException("Delta %s cannot be written: %s".formatted(delta, e), e);
        }
    }
}
