package io.labelstream.finetune;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ShippedModels;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}: how well a model does on labelled texts. */
@Command(name = "evaluate", description = "Measure a model bundle on a labelled CSV file.")
final class EvaluateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "MODEL",
            description = "A shipped model or a bundle folder.")
    private String model;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE.csv",
            description = "UTF-8 with a header and the columns text,label.")
    private Path data;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    /** What {@code --json} prints. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Summary(
            String model,
            String version,
            String digest,
            int rows,
            double accuracy,
            double macroF1,
            double microF1,
            double textsPerS,
            List<Confusion.LabelFigures> labels) {}

    @Override
    public Integer call() {
        ModelBundle bundle = ModelBundle.load(ShippedModels.find(model));
        DataFile.require(spec, "--data", data);
        Evaluation evaluation = Evaluation.of(bundle, data);
        Confusion confusion = evaluation.confusion();
        Summary summary =
                new Summary(
                        bundle.name(),
                        bundle.version(),
                        bundle.digest(),
                        confusion.rows(),
                        confusion.accuracy(),
                        confusion.macroF1(),
                        confusion.accuracy(),
                        evaluation.textsPerSecond(),
                        confusion.figures());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(summary));
        } else {
            print(out, summary);
        }
        out.flush();
        return 0;
    }

    private static void print(PrintWriter out, Summary summary) {
        out.printf("model     %s %s%n", summary.model(), summary.version());
        out.printf(Locale.ROOT, "rows      %d%n", summary.rows());
        out.printf(Locale.ROOT, "accuracy  %.4f%n", summary.accuracy());
        out.printf(Locale.ROOT, "macro F1  %.4f%n", summary.macroF1());
        out.printf(Locale.ROOT, "micro F1  %.4f%n", summary.microF1());
        out.printf(Locale.ROOT, "texts/s   %.1f%n%n", summary.textsPerS());
        int width =
                summary.labels().stream()
                        .mapToInt(figures -> figures.label().length())
                        .reduce("label".length(), Math::max);
        String columns = "%-" + width + "s  %9s  %6s  %6s  %6s%n";
        out.printf(columns, "label", "precision", "recall", "F1", "rows");
        for (Confusion.LabelFigures figures : summary.labels()) {
            out.printf(
                    columns,
                    figures.label(),
                    decimal(figures.precision()),
                    decimal(figures.recall()),
                    decimal(figures.f1()),
                    figures.rows());
        }
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
