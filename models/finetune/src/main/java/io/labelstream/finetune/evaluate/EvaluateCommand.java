package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.DataFile;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.Json;
import io.labelstream.finetune.LabelledCsv;
import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.Results;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.ShippedModels;
import io.labelstream.inference.TextClassifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code evaluate}: how well a model does on labelled texts, and how well simpler ones do. */
@Command(name = "evaluate", description = "Measure a model bundle on a labelled CSV file.")
public final class EvaluateCommand implements Callable<Integer> {

    private static final int SAMPLES_OF_EITHER_KIND = 8;

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "MODEL",
            description = "A shipped model or a bundle folder.")
    private String model;

    @Option(
            names = "--model-file",
            paramLabel = "FILE",
            defaultValue = "",
            description =
                    "The ONNX file to take, for a folder with several, such as onnx/model_fp16.onnx.")
    private String modelFile;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE.csv",
            description =
                    "UTF-8 with a header and the columns text,label or text,text_pair,label; several labels are joined by |.")
    private Path data;

    @Option(
            names = "--train",
            paramLabel = "FILE.csv",
            description = "Train simpler models on these rows, and set them beside the model.")
    private Path train;

    @Option(
            names = "--baselines",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Which simpler models: words, embeddings (seconds), cls, mean, attention (minutes). All unless given.")
    private List<String> baselines;

    @Option(
            names = "--out-of-scope-label",
            defaultValue = FoundLabels.OUT_OF_SCOPE,
            paramLabel = "LABEL",
            description =
                    "The label that means 'none of these', where the data has it and the model names no other (default: ${DEFAULT-VALUE}).")
    private String outOfScopeLabel;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a report, with texts of the data, into one file.")
    private Path report;

    @Override
    public Integer call() {
        ModelBundle bundle = ModelBundle.load(ShippedModels.find(model), modelFile);
        checkOptions();
        LabelledData rows = LabelledCsv.read(data);
        FoundLabels.check(bundle, rows);
        PrintWriter err = spec.commandLine().getErr();
        Baselines simpler = new Baselines(bundle, outOfScopeLabel, err);
        LabelledData trainRows = null;
        List<Baseline> chosen = List.of();
        if (train != null) {
            trainRows = LabelledCsv.read(train);
            FoundLabels.check(bundle, trainRows);
            Baselines.check(trainRows, rows);
            chosen = baselines == null ? simpler.possible() : simpler.of(baselines);
        }
        Evaluation evaluation;
        List<Explained> samples = List.of();
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            evaluation = Evaluation.of(classifier, rows, outOfScopeLabel);
            if (report != null) {
                samples =
                        Explained.of(
                                classifier,
                                Explained.sample(evaluation.answers(), SAMPLES_OF_EITHER_KIND));
            }
        }
        List<BaselineFigures> figures =
                train == null ? null : simpler.measure(chosen, trainRows, rows);
        Summary summary = Summary.of(evaluation, figures);
        if (report != null) {
            write(
                    new Report(evaluation, summary, samples, String.valueOf(data.getFileName()))
                            .html());
            err.println("report written to " + report);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(summary));
        } else {
            new SummaryTable(out).print(summary, evaluation.confusion());
        }
        Results.require(out);
        if (baselines != null && figures.size() < chosen.size()) {
            throw new FineTuneException(
                    "Not every model of --baselines could be measured; the reasons stand above. Leave out those that cannot.");
        }
        return 0;
    }

    private void checkOptions() {
        DataFile.require(spec, "--data", data);
        if (train != null) {
            DataFile.require(spec, "--train", train);
        }
        if (baselines != null && train == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--baselines needs --train FILE.csv: rows to train them on.");
        }
        for (String baseline : baselines == null ? List.<String>of() : baselines) {
            if (!Baselines.KEYS.contains(baseline)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--baselines: '%s' is unknown. Expected some of: %s."
                                .formatted(baseline, String.join(",", Baselines.KEYS)));
            }
        }
        Path folder = report == null ? null : report.toAbsolutePath().getParent();
        if (folder != null && (!Files.isDirectory(folder) || Files.isDirectory(report))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--report %s: expected a file in a folder that exists.".formatted(report));
        }
    }

    private void write(String html) {
        try {
            Files.writeString(report, html);
        } catch (IOException e) {
            throw new FineTuneException("Report %s cannot be written: %s".formatted(report, e), e);
        }
    }
}
