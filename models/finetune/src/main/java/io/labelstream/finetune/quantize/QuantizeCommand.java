package io.labelstream.finetune.quantize;

import io.labelstream.finetune.DataFile;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.Results;
import io.labelstream.finetune.Sha256;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ShippedModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code quantize}: a smaller or faster bundle of a finished one, with its loss measured. */
@Command(
        name = "quantize",
        description = {
            "Make an int8 bundle (for the CPU) or an fp16 bundle (for GPUs) of a model bundle.",
            "The new model is compared with its source; where it loses too much, nothing is written."
        })
public final class QuantizeCommand implements Callable<Integer> {

    private static final double MEGABYTE = 1e6;

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "MODEL",
            description = "A shipped model or a bundle folder, in fp32.")
    private String model;

    @Option(
            names = "--model-file",
            paramLabel = "FILE",
            defaultValue = "",
            description =
                    "The ONNX file to take, for a folder with several, such as onnx/model_fp16.onnx.")
    private String modelFile;

    @Option(
            names = "--precision",
            required = true,
            paramLabel = "int8|fp16",
            description = "int8: 8-bit integers, a scale per token. fp16: 16-bit floats.")
    private String precision;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the new bundle; a bundle in it is replaced.")
    private Path output;

    @Option(
            names = "--data",
            paramLabel = "FILE.csv",
            description =
                    "Labelled texts to measure the loss on: columns text,label, for pairs also text_pair. Without it, sample texts and agreement alone.")
    private Path data;

    @Option(
            names = "--max-loss",
            defaultValue = "0.3",
            paramLabel = "POINTS",
            description =
                    "Most points of accuracy that may be lost on --data (default: ${DEFAULT-VALUE}). Beside it, 99 %% of texts must keep their labels.")
    private double maxLoss;

    @Option(names = "--force", description = "Write the bundle even if it loses too much.")
    private boolean force;

    @Override
    public Integer call() {
        Precision to = checkedPrecision();
        if (!(maxLoss >= 0 && maxLoss <= 100)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--max-loss %s: expected points of accuracy, 0 to 100.".formatted(maxLoss));
        }
        if (data != null) {
            DataFile.require(spec, "--data", data);
        }
        ModelBundle source = ModelBundle.load(ShippedModels.find(model), modelFile);
        QuantizedBundle.checkFolder(output, source);
        byte[] bytes = modelBytes(source);
        SourceGraph graph = SourceGraph.read(source.name(), bytes);
        Converted converted =
                to == Precision.INT8 ? Int8Model.of(source.name(), graph) : HalfModel.of(graph);
        PrintWriter out = spec.commandLine().getOut();
        out.printf("model      %s %s%n", source.name(), source.version());
        out.printf("precision  %s: %s%n", to.key(), converted.changes());
        try (QuantizedBundle bundle =
                QuantizedBundle.draft(output, source, to, converted.model())) {
            Comparison comparison =
                    Comparison.of(
                            source, bundle.load(), Optional.ofNullable(data), to == Precision.INT8);
            print(out, comparison, bytes.length, bundle.modelBytes(), to);
            String loss = new LossBound(maxLoss).exceededBy(comparison);
            if (!loss.isEmpty() && !force) {
                throw new FineTuneException(
                        "Model %s in %s loses too much: %s. Nothing was written; --force writes it all the same."
                                .formatted(source.name(), to.key(), loss));
            }
            Results.require(out);
            bundle.addToCard(note(comparison, converted, to));
            bundle.publish();
        }
        out.printf("written    %s%n", output);
        out.flush();
        return 0;
    }

    private Precision checkedPrecision() {
        try {
            return Precision.of(precision);
        } catch (FineTuneException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static byte[] modelBytes(ModelBundle source) {
        try {
            byte[] bytes = Files.readAllBytes(source.folder().resolve(source.modelFile()));
            if (!Sha256.of(bytes).equals(source.fileDigests().get(source.modelFile()))) {
                throw new FineTuneException(
                        "Model %s changed while it was read. Try again.".formatted(source.name()));
            }
            return bytes;
        } catch (IOException e) {
            throw new FineTuneException(
                    "Model %s cannot be read: %s".formatted(source.name(), e), e);
        }
    }

    private static void print(
            PrintWriter out, Comparison comparison, long before, long after, Precision precision) {
        line(out, "size       %.1f MB -> %.1f MB", before / MEGABYTE, after / MEGABYTE);
        line(out, "speed      %.2f times the source's, one thread of the CPU", comparison.speed());
        line(
                out,
                "agreement  %.2f %% of %d texts keep their labels",
                100 * comparison.agreement(),
                comparison.texts());
        line(
                out,
                "difference %.4f of a score, %.4f of a logit at most",
                comparison.scoreDifference(),
                comparison.logitDifference());
        if (comparison.accuracyBefore().isPresent()) {
            line(
                    out,
                    "accuracy   %.2f %% -> %.2f %%",
                    100 * comparison.accuracyBefore().get(),
                    100 * comparison.accuracyAfter().orElseThrow());
        }
        if (precision == Precision.INT8) {
            line(out, "bits       the same alone, in batches and padded");
        }
        out.flush();
    }

    private static void line(PrintWriter out, String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
    }

    private static String note(Comparison comparison, Converted converted, Precision precision) {
        String accuracy =
                comparison.accuracyBefore().isPresent()
                        ? String.format(
                                Locale.ROOT,
                                " Accuracy on them: %.2f %% before, %.2f %% after.",
                                100 * comparison.accuracyBefore().get(),
                                100 * comparison.accuracyAfter().orElseThrow())
                        : "";
        return String.format(
                Locale.ROOT,
                "## Precision%n%nThis bundle is in %s, made of the fp32 bundle that the rest of this card describes: %s. Of %d texts, %.2f %% keep their labels; the largest difference of a score is %.4f.%s%n",
                precision.key(),
                converted.changes(),
                comparison.texts(),
                100 * comparison.agreement(),
                comparison.scoreDifference(),
                accuracy);
    }
}
