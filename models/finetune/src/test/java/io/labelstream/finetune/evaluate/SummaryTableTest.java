package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.ModelBundle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTableTest {

    @Test
    void givesTerminalsOneLineAndNoCommands() {
        assertThat(SummaryTable.line("a\u001b[31m\r\nb\u202ec\u2028d")).isEqualTo("a [31m  b c d");
        assertThat(SummaryTable.line("\ud83d\ude00".repeat(101)))
                .isEqualTo("\ud83d\ude00".repeat(100) + "...");
    }

    @Test
    void printsFiguresMatrixConfusionsAndBaselines() throws Exception {
        Evaluation evaluation =
                Models.evaluation(
                        Models.withOutOfScope("oos", "a", "b", "oos"),
                        Models.data("a", "b", "oos"),
                        List.of(
                                Models.scores(0.8, 0.1, 0.1),
                                Models.scores(0.8, 0.1, 0.1),
                                Models.scores(0.1, 0.1, 0.8)),
                        50);
        BaselineFigures words = new BaselineFigures("words", "a bag", 0.25, 0.2, 0.3, 1.5, 1000);
        StringWriter out = new StringWriter();

        new SummaryTable(new PrintWriter(out, true))
                .print(Summary.of(evaluation, List.of(words)), evaluation.confusion());

        assertThat(out.toString())
                .contains("accuracy              0.6667\n")
                .contains("in-scope accuracy     0.5000\n")
                .contains("out-of-scope recall   1.0000\n")
                .contains("calibration error     0.4000\n")
                .contains("true \\ found  a  b  oos  (no label)\n")
                .contains("b             1  0    0           0\n")
                .contains("    1  b, found a\n       0.8000  text 1\n")
                .contains("words         0.2500    0.2000      1.5   1000.0\n")
                .contains("this model    0.6667    0.5556              50.0\n")
                .contains("words: a bag\n");
    }

    @Test
    void keepsCommandsInNamesFromTheTerminal() throws Exception {
        ModelBundle tiny = Models.softmax(1, "a", "b");
        ModelBundle hostile =
                new ModelBundle(
                        tiny.folder(),
                        tiny.modelFile(),
                        "ti\u001b[2Jny",
                        "1\u0007",
                        tiny.digest(),
                        tiny.labels(),
                        tiny.decision(),
                        tiny.maxTokens(),
                        false,
                        0,
                        100,
                        Map.of());
        Evaluation evaluation =
                Models.evaluation(hostile, Models.data("a"), List.of(Models.scores(0.8, 0.2)), 50);
        BaselineFigures cls = new BaselineFigures("cls", "enc\u001b[31m", 1, 1, 1, 1, 1);
        StringWriter out = new StringWriter();

        new SummaryTable(new PrintWriter(out, true))
                .print(Summary.of(evaluation, List.of(cls)), evaluation.confusion());

        assertThat(out.toString())
                .contains("model                 ti [2Jny 1 \n", "cls: enc [31m\n")
                .doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
    }
}
