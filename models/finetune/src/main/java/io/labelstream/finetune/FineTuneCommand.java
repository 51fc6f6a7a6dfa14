package io.labelstream.finetune;

import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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
            description = "Training data: UTF-8 with a header and the columns text,label.")
    private Path data;

    @Option(
            names = "--validation",
            paramLabel = "FILE.csv",
            description =
                    "Data to choose the best epoch by; a tenth of the training data is held out unless given.")
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
            description = "Pretrained encoder (default: ${DEFAULT-VALUE}).")
    private String encoder;

    @Option(
            names = "--head",
            defaultValue = "attention",
            description = "Head on the encoder (default: ${DEFAULT-VALUE}).")
    private String head;

    @Option(
            names = "--max-length",
            defaultValue = "256",
            paramLabel = "TOKENS",
            description = "Longer texts are cut to this (default: ${DEFAULT-VALUE}).")
    private int maxLength;

    @Option(
            names = "--epochs",
            defaultValue = "5",
            description = "Times that all rows are seen (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--batch-size",
            defaultValue = "32",
            description = "Rows of a step (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--learning-rate",
            defaultValue = "5e-4",
            description = "Highest learning rate (default: ${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(
            names = "--weight-decay",
            defaultValue = "0.01",
            description = "Weight decay of matrices (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(
            names = "--dropout",
            defaultValue = "0.2",
            description = "Share of values dropped in training (default: ${DEFAULT-VALUE}).")
    private double dropout;

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

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        FineTuning.Request request = request();
        DataFile.require(spec, "--data", data);
        if (validation != null) {
            DataFile.require(spec, "--validation", validation);
        }
        // Before the training, which takes minutes, and not after it.
        makeFolder(output);
        Delta trained = new FineTuning(request, System.err).run(data, validation);
        String sha256 = BundleWriter.write(output, EncoderGraph.of(request.encoder()), trained);
        if (delta != null) {
            writeDelta(trained, sha256);
        }
        System.err.printf("bundle %s written, loads as %s%n", output, loaded());
        return 0;
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
                    Head.of(head),
                    new Lora(rank, alpha),
                    maxLength,
                    new TrainingSettings(
                            epochs, batchSize, learningRate, weightDecay, dropout, seed));
        } catch (FineTuneException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private String loaded() {
        ModelBundle bundle = ModelBundle.load(output);
        return bundle.name() + " " + bundle.version() + ", labels " + bundle.labels();
    }

    private void writeDelta(Delta trained, String sha256) {
        try {
            trained.write(delta, sha256);
        } catch (IOException e) {
            throw new FineTuneException("Delta %s cannot be written: %s".formatted(delta, e), e);
        }
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FineTuneException("Folder %s cannot be made: %s".formatted(folder, e), e);
        }
    }
}
