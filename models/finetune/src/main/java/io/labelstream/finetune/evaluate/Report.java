package io.labelstream.finetune.evaluate;

import io.labelstream.inference.WordWeight;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An evaluation as one HTML page with its pictures inside: no script, nothing from elsewhere, light
 * and dark as the reader's screen is. It holds texts of the data.
 */
final class Report {

    private static final String STYLE = "report.css";
    private static final double STRONGEST = 0.75;

    private final Evaluation evaluation;
    private final Summary summary;
    private final List<Explained> samples;
    private final String file;
    private final Markup page = new Markup();

    /**
     * @param samples answers to show, some right and some wrong
     * @param file the data's name
     */
    Report(Evaluation evaluation, Summary summary, List<Explained> samples, String file) {
        this.evaluation = evaluation;
        this.summary = summary;
        this.samples = List.copyOf(samples);
        this.file = file;
    }

    /** The page. */
    String html() {
        page.single("!DOCTYPE html").open("html", "lang", "en").open("head");
        page.single("meta", "charset", "utf-8");
        // What a text could smuggle in, a browser would still not load or run.
        page.single(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; style-src 'unsafe-inline'");
        page.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.element("title", summary.model() + " on " + file);
        page.style(style()).close();
        page.open("body").open("main");
        page.element("h1", summary.model());
        page.open("p", "class", "soft").text("version " + summary.version() + ", measured on ");
        page.element("code", file).text(String.format(Locale.ROOT, ", %,d rows", summary.rows()));
        page.close();
        figures();
        baselines();
        confusion();
        worstConfusions();
        calibration();
        scores();
        samples();
        labels();
        definitions();
        return page.close().close().close().toString();
    }

    private static String style() {
        try (InputStream in = Report.class.getResourceAsStream(STYLE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void figures() {
        page.open("div", "class", "figures");
        boolean sets = evaluation.bundle().decision().multiLabel();
        figure("accuracy", percent(summary.accuracy()), sets ? "exact label sets" : "");
        if (summary.inScopeAccuracy() != null) {
            figure("in-scope accuracy", percent(summary.inScopeAccuracy()), "");
            figure("out-of-scope recall", percent(summary.oosRecall()), "");
        }
        figure("macro F1", percent(summary.macroF1()), "");
        figure("micro F1", percent(summary.microF1()), "");
        if (summary.ece() != null) {
            figure(
                    "calibration error",
                    percent(summary.ece()),
                    "before calibration " + percent(summary.eceUncalibrated()));
        }
        figure(
                "texts a second",
                String.format(Locale.ROOT, "%,.0f", summary.textsPerS()),
                "one thread of this machine");
        page.close();
    }

    private void figure(String name, String value, String more) {
        page.open("div", "class", "figure");
        page.element("div", name, "class", "name");
        page.element("div", value, "class", "value");
        page.element("div", more, "class", "more");
        page.close();
    }

    private void baselines() {
        if (summary.baselines() == null) {
            return;
        }
        page.open("section").element("h2", "Beside simpler models");
        page.element(
                "p", "Trained on the rows of --train, measured on the same data.", "class", "note");
        page.open("table").open("tr");
        page.element("th", "model");
        for (String name : List.of("accuracy", "macro F1", "training, s", "texts/s")) {
            page.element("th", name, "class", "n");
        }
        page.element("th", "").close();
        for (BaselineFigures figures : summary.baselines()) {
            baseline(
                    "other",
                    figures.about(),
                    figures.accuracy(),
                    figures.macroF1(),
                    String.format(Locale.ROOT, "%,.1f", figures.trainSeconds()),
                    figures.textsPerS());
        }
        baseline(
                "own",
                summary.model() + " (this model)",
                summary.accuracy(),
                summary.macroF1(),
                "",
                summary.textsPerS());
        page.close().close();
    }

    private void baseline(
            String style,
            String name,
            double accuracy,
            double macroF1,
            String seconds,
            double textsPerSecond) {
        page.open("tr", "class", style).element("td", name);
        page.element("td", percent(accuracy), "class", "n");
        page.element("td", percent(macroF1), "class", "n");
        page.element("td", seconds, "class", "n");
        page.element("td", String.format(Locale.ROOT, "%,.0f", textsPerSecond), "class", "n");
        bar(accuracy);
        page.close();
    }

    private void bar(double share) {
        page.open("td", "class", "bar");
        page.element("i", "", "style", "width:" + Markup.number(100 * share) + "%").close();
    }

    private void confusion() {
        ConfusionChart chart = new ConfusionChart(evaluation.confusion());
        page.open("section").element("h2", "Confusion matrix");
        page.element(
                "p",
                "Rows are true labels, columns what was found. Blue is right, orange is wrong; stronger is a greater share of the row."
                        + (chart.partial()
                                ? " Of the model's %d labels, the most confused are shown."
                                        .formatted(evaluation.confusion().labels().size())
                                : ""),
                "class",
                "note");
        chart.draw(page);
        page.close();
    }

    private void worstConfusions() {
        if (summary.confusions().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Worst confusions");
        page.element(
                "p",
                "The most frequent ones, with the texts where the model was surest and the score of its best label.",
                "class",
                "note");
        for (WorstConfusion confusion : summary.confusions()) {
            page.open("div", "class", "confusion").open("p");
            page.element("b", "%d \u00d7 ".formatted(confusion.rows()));
            page.element("span", confusion.truth(), "class", "tag right").text(" found as ");
            page.element("span", confusion.found(), "class", "tag wrong").close();
            page.open("ul");
            for (WorstConfusion.Example example : confusion.texts()) {
                page.open("li");
                page.element("span", decimal(example.score()), "class", "score");
                page.open("bdi", "class", "words").text(example.text());
                pair(example.pair());
                page.close().close();
            }
            page.close().close();
        }
        page.close();
    }

    private void pair(String pair) {
        if (!pair.isEmpty()) {
            page.element("bdi", pair, "class", "pair");
        }
    }

    private void calibration() {
        if (summary.ece() == null) {
            return;
        }
        page.open("section").element("h2", "Can the scores be believed?");
        page.element(
                "p",
                "Each point is a bin of as many predictions as any other. On the diagonal a score of 0.8 is right 8 times in 10; below it the model is too sure of itself.",
                "class",
                "note");
        page.open("div", "class", "columns");
        reliability("Before calibration", evaluation.uncalibrated());
        reliability("After calibration", evaluation.calibrated());
        page.close().close();
    }

    private void reliability(String title, Reliability reliability) {
        page.open("div");
        page.element("h3", title + ": error " + percent(reliability.error()));
        ReliabilityChart.draw(page, reliability, title);
        page.close();
    }

    private void scores() {
        page.open("section").element("h2", "Scores");
        page.open("div", "class", "legend");
        for (String kind : List.of("right", "wrong")) {
            page.open("span").element("i", "", "class", kind).text("best label " + kind).close();
        }
        page.close();
        ScoreHistogram.of(evaluation.answers()).draw(page);
        page.close();
    }

    private void labels() {
        page.open("section").element("h2", "Labels");
        page.element("p", "The weakest first.", "class", "note");
        page.open("table").open("tr");
        page.element("th", "label");
        for (String name : List.of("precision", "recall", "F1", "rows")) {
            page.element("th", name, "class", "n");
        }
        page.element("th", "").close();
        List<Confusion.LabelFigures> weakestFirst =
                summary.labels().stream()
                        .sorted(Comparator.comparingDouble(Confusion.LabelFigures::f1))
                        .toList();
        for (Confusion.LabelFigures figures : weakestFirst) {
            page.open("tr").element("td", figures.label());
            page.element("td", percent(figures.precision()), "class", "n");
            page.element("td", percent(figures.recall()), "class", "n");
            page.element("td", percent(figures.f1()), "class", "n");
            page.element("td", Integer.toString(figures.rows()), "class", "n");
            bar(figures.f1());
            page.close();
        }
        page.close().close();
    }

    private void samples() {
        if (samples.isEmpty()) {
            return;
        }
        boolean attention = samples.stream().anyMatch(sample -> !sample.words().isEmpty());
        page.open("section").element("h2", "What the model looks at");
        page.element(
                "p",
                attention
                        ? "Texts spread evenly over the data. The stronger a word is marked, the greater its share of the model's attention."
                        : "Texts spread evenly over the data. This model has no output 'attention', so no words are marked.",
                "class",
                "note");
        page.open("div", "class", "columns");
        for (boolean right : new boolean[] {true, false}) {
            page.open("div").element("h3", right ? "Right" : "Wrong");
            samples.stream()
                    .filter(sample -> sample.answer().right() == right)
                    .forEach(this::sample);
            page.close();
        }
        page.close().close();
    }

    private void sample(Explained sample) {
        Answer answer = sample.answer();
        page.open("div", "class", "sample").open("p");
        String found = answer.found().isEmpty() ? Confused.NONE : String.join(", ", answer.found());
        page.element("span", found, "class", answer.right() ? "tag right" : "tag wrong").text(" ");
        page.element("span", decimal(answer.best().score()), "class", "score");
        if (!answer.right()) {
            page.text(" true: ");
            page.element("span", String.join(", ", answer.row().labels()), "class", "tag right");
        }
        page.close();
        page.open("bdi", "class", "words");
        words(answer.row().text(), sample.words());
        pair(answer.row().pair());
        page.close().close();
    }

    private void words(String text, List<WordWeight> words) {
        Optional<WordWeight> most =
                words.stream().max(Comparator.comparingDouble(WordWeight::weight));
        int end = 0;
        for (WordWeight word : words) {
            page.text(text.substring(end, word.start()));
            double strength = STRONGEST * word.weight() / most.orElseThrow().weight();
            page.open(
                    "mark",
                    "style",
                    "--w:" + Markup.number(strength),
                    "title",
                    percent(word.weight()));
            page.text(text.substring(word.start(), word.end()));
            page.close();
            end = word.end();
        }
        page.text(text.substring(end));
    }

    private void definitions() {
        page.open("section").element("h2", "How the figures are defined");
        String outOfScope =
                summary.inScopeAccuracy() == null
                        ? ""
                        : " A row that the model calls out of scope counts as found with its out-of-scope label; in-scope accuracy is over the rows whose true label is in scope, out-of-scope recall over the others.";
        page.element(
                "p",
                "Accuracy is the share of rows for which exactly the true labels were found. Macro F1 is the mean of the F1 of all labels that are true of a row or found for one; micro F1 is taken over all of them together."
                        + outOfScope,
                "class",
                "note");
        if (summary.ece() != null) {
            page.element(
                    "p",
                    "Calibration error: expected calibration error, "
                            + summary.eceDefinition()
                            + "; before calibration means at temperature 1.",
                    "class",
                    "note");
        }
        page.open("p", "class", "note").text("Model digest ");
        page.element("code", summary.digest()).close().close();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * share);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
