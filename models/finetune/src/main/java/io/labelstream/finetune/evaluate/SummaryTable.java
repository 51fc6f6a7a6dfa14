package io.labelstream.finetune.evaluate;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A summary for a terminal. */
final class SummaryTable {

    /** A matrix with more labels does not fit a terminal. */
    private static final int MOST_LABELS = 10;

    private static final int MOST_CHARACTERS = 100;

    private final PrintWriter out;

    SummaryTable(PrintWriter out) {
        this.out = out;
    }

    void print(Summary summary, Confusion confusion) {
        figure("model", line(summary.model() + " " + summary.version()));
        figure("rows", Integer.toString(summary.rows()));
        figure("accuracy", decimal(summary.accuracy()));
        figure("macro F1", decimal(summary.macroF1()));
        figure("micro F1", decimal(summary.microF1()));
        if (summary.inScopeAccuracy() != null) {
            figure("in-scope accuracy", decimal(summary.inScopeAccuracy()));
            figure("out-of-scope recall", decimal(summary.oosRecall()));
        }
        if (summary.ece() != null) {
            figure("calibration error", decimal(summary.ece()));
            figure("before calibration", decimal(summary.eceUncalibrated()));
        }
        figure("texts/s", number(summary.textsPerS()));
        out.println();
        out.println("Calibration error: " + summary.eceDefinition() + ".");
        labels(summary);
        if (confusion.labels().size() <= MOST_LABELS) {
            matrix(confusion);
        }
        confusions(summary.confusions());
        if (summary.baselines() != null) {
            baselines(summary);
        }
    }

    private void figure(String name, String value) {
        out.printf("%-20s  %s%n", name, value);
    }

    private void labels(Summary summary) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("label", "precision", "recall", "F1", "rows"));
        for (Confusion.LabelFigures figures : summary.labels()) {
            rows.add(
                    List.of(
                            line(figures.label()),
                            decimal(figures.precision()),
                            decimal(figures.recall()),
                            decimal(figures.f1()),
                            Integer.toString(figures.rows())));
        }
        table(rows);
    }

    private void matrix(Confusion confusion) {
        List<String> names = new ArrayList<>(confusion.labels());
        names.add(Confused.NONE);
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("true \\ found"));
        names.forEach(name -> header.add(line(name)));
        rows.add(header);
        for (int truth = 0; truth < names.size(); truth++) {
            List<String> row = new ArrayList<>(List.of(line(names.get(truth))));
            for (int found = 0; found < names.size(); found++) {
                row.add(Integer.toString(confusion.count(truth, found)));
            }
            rows.add(row);
        }
        table(rows);
    }

    private void confusions(List<WorstConfusion> confusions) {
        if (confusions.isEmpty()) {
            return;
        }
        out.println();
        out.println("Worst confusions, with the texts where the model was surest:");
        for (WorstConfusion confusion : confusions) {
            out.printf(
                    "%n%5d  %s, found %s%n",
                    confusion.rows(), line(confusion.truth()), line(confusion.found()));
            for (WorstConfusion.Example example : confusion.texts()) {
                String pair = example.pair().isEmpty() ? "" : " / " + example.pair();
                out.printf(
                        "       %s  %s%n", decimal(example.score()), line(example.text() + pair));
            }
        }
    }

    private void baselines(Summary summary) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("baseline", "accuracy", "macro F1", "train s", "texts/s"));
        for (BaselineFigures figures : summary.baselines()) {
            rows.add(
                    List.of(
                            figures.name(),
                            decimal(figures.accuracy()),
                            decimal(figures.macroF1()),
                            number(figures.trainSeconds()),
                            number(figures.textsPerS())));
        }
        rows.add(
                List.of(
                        "this model",
                        decimal(summary.accuracy()),
                        decimal(summary.macroF1()),
                        "",
                        number(summary.textsPerS())));
        table(rows);
        out.println();
        summary.baselines()
                .forEach(figures -> out.println(line(figures.name() + ": " + figures.about())));
    }

    /** Columns as wide as they need, the first one to the left, all others to the right. */
    private void table(List<List<String>> rows) {
        out.println();
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        rows.forEach(
                row -> {
                    for (int i = 0; i < columns; i++) {
                        widths[i] = Math.max(widths[i], row.get(i).length());
                    }
                });
        for (List<String> row : rows) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                text.append(i == 0 ? row.get(i) + padding : "  " + padding + row.get(i));
            }
            out.println(text.toString().stripTrailing());
        }
    }

    /** One line of a text, without anything that a terminal would obey. */
    static String line(String text) {
        String plain = text.replaceAll("\\p{C}", " ").replace('\u2028', ' ').replace('\u2029', ' ');
        return plain.codePointCount(0, plain.length()) <= MOST_CHARACTERS
                ? plain
                : plain.substring(0, plain.offsetByCodePoints(0, MOST_CHARACTERS)) + "...";
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
