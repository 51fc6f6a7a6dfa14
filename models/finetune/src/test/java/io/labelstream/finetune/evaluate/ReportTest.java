package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.WordWeight;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final String HOSTILE =
            "<script>alert('x')</script> <img src=//a.example onerror=x> \" onload=\"x";

    @Test
    void isOneFileThatRunsAndLoadsNothing() throws Exception {
        String html = report();

        assertThat(html).startsWith("<!DOCTYPE html>").contains("default-src &#39;none&#39;");
        assertThat(html.toLowerCase(Locale.ROOT))
                .doesNotContain("<script", "http:", "https:", "@import", "url(", "<link", "<img");
        assertThat(html).doesNotContainPattern("<[^>]*\\s(?:src|href|on\\w+)=");
    }

    @Test
    void escapesTextsPairsAndLabels() throws Exception {
        assertThat(report())
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;")
                .contains("pair &lt;b&gt;")
                .contains("good &lt;i&gt;")
                .doesNotContain("pair <b>", "good <i>");
    }

    @Test
    void showsEverySection() throws Exception {
        assertThat(report())
                .contains(
                        "Beside simpler models",
                        "a bag",
                        "Confusion matrix",
                        "Worst confusions",
                        "Before calibration: error",
                        "After calibration: error",
                        "best label wrong",
                        "What the model looks at",
                        "<mark style=\"--w:0.75\" title=\"60.0\u00a0%\">second</mark>",
                        "How the figures are defined");
    }

    @Test
    void showsTheMostConfusedOfManyLabels() throws Exception {
        String[] labels = IntStream.range(0, 30).mapToObj(i -> "label" + i).toArray(String[]::new);
        List<ModelOutput> outputs = new ArrayList<>();
        for (int row = 0; row < labels.length; row++) {
            double[] scores = new double[labels.length];
            Arrays.fill(scores, 0.01);
            // The last two are taken for each other; all others are right.
            scores[row < 28 ? row : 57 - row] = 0.7;
            outputs.add(Models.scores(scores));
        }
        Evaluation evaluation =
                Models.evaluation(Models.softmax(1, labels), Models.data(labels), outputs, 1);

        String html =
                new Report(evaluation, Summary.of(evaluation, null), List.of(), "rows.csv").html();

        assertThat(html)
                .contains("Of the model&#39;s 30 labels, the most confused are shown.")
                .contains("true label28, found label29: 1 (100.0 % of the row)")
                .doesNotContain("true label27, found label27", "Beside simpler models");
    }

    private static String report() throws Exception {
        ModelBundle bundle = Models.softmax(2, "good <i>", "bad");
        LabelledText hostile = new LabelledText(HOSTILE, "pair <b>", List.of("bad"), 2);
        LabelledText plain = new LabelledText("first second", "", List.of("bad"), 3);
        Evaluation evaluation =
                Models.evaluation(
                        bundle,
                        new LabelledData(Path.of("rows.csv"), true, List.of(hostile, plain)),
                        List.of(Models.scores(0.9, 0.1), Models.scores(0.2, 0.8)),
                        50);
        List<Explained> samples =
                List.of(
                        new Explained(
                                evaluation.answers().get(0),
                                List.of(new WordWeight("<script>", 0, 8, 1))),
                        new Explained(
                                evaluation.answers().get(1),
                                List.of(
                                        new WordWeight("first", 0, 5, 0.4f),
                                        new WordWeight("second", 6, 12, 0.6f))));
        BaselineFigures words = new BaselineFigures("words", "a bag", 0.25, 0.2, 0.3, 1.5, 1000);
        return new Report(evaluation, Summary.of(evaluation, List.of(words)), samples, "rows.csv")
                .html();
    }
}
