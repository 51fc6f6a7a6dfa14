package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class FineTuneMainTest {

    private static final String ROWS =
            """
            text,label
            a lovely film,good
            warm and funny,good
            i loved it,good
            a dreadful film,bad
            cold and dull,bad
            i hated it,bad
            """;

    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void goesFromRowsToAMeasuredBundleAndBack() throws Exception {
        String data = Files.writeString(folder.resolve("rows.csv"), ROWS).toString();
        String bundle = folder.resolve("films").toString();
        String delta = folder.resolve("delta").toString();

        assertThat(
                        execute(
                                "fine-tune",
                                "--data",
                                data,
                                "--validation",
                                data,
                                "--output",
                                bundle,
                                "--delta",
                                delta,
                                "--epochs",
                                "2",
                                "--learning-rate",
                                "2e-3",
                                "--batch-size",
                                "3",
                                "--rank",
                                "2",
                                "--label-smoothing",
                                "0.3",
                                "--averaging",
                                "0.4",
                                "--about",
                                "licence=CC0"))
                .as(err.toString())
                .isZero();
        ModelBundle trained = ModelBundle.load(Path.of(bundle));
        assertThat(trained.name()).isEqualTo("films");
        assertThat(trained.labels()).containsExactly("bad", "good");
        assertThat(Path.of(bundle, "labelstream.json")).content().contains("\"licence\" : \"CC0\"");
        assertThat(Path.of(delta, "delta.json"))
                .content()
                .contains("\"label_smoothing\" : 0.3", "\"averaging\" : 0.4");

        assertThat(execute("evaluate", "--model", bundle, "--data", data, "--json")).isZero();
        JsonNode summary = new ObjectMapper().readTree(out.toString());
        assertThat(summary.path("rows").asInt()).isEqualTo(6);
        assertThat(summary.path("accuracy").asDouble()).isBetween(0.5, 1.0);
        assertThat(summary.path("micro_f1")).isEqualTo(summary.path("accuracy"));
        assertThat(summary.path("macro_f1").isNumber()).isTrue();
        assertThat(summary.path("texts_per_s").asDouble()).isPositive();

        String again = folder.resolve("again").toString();
        assertThat(execute("assemble", "--delta", delta, "--output", again)).isZero();
        assertThat(ModelBundle.load(Path.of(again)).digest()).isEqualTo(trained.digest());
    }

    @ParameterizedTest
    @CsvSource({"head, cls", "full, mean"})
    void learnsPairsWithSeveralLabels(String tune, String head) throws Exception {
        String rows =
                """
                text,text_pair,label
                a lovely film,warm and funny,good|alike
                a lovely film,cold and dull,good
                i hated it,a dreadful film,bad|alike
                i hated it,i loved it,bad
                """;
        String data = Files.writeString(folder.resolve("pairs.csv"), rows).toString();
        String bundle = folder.resolve("pairs").toString();
        String delta = folder.resolve("delta").toString();

        assertThat(
                        execute(
                                "fine-tune",
                                "--delta",
                                delta,
                                "--data",
                                data,
                                "--validation",
                                data,
                                "--output",
                                bundle,
                                "--epochs",
                                "1",
                                "--tune",
                                tune,
                                "--head",
                                head))
                .as(err.toString())
                .isZero();

        ModelBundle trained = ModelBundle.load(Path.of(bundle));
        assertThat(trained.labels()).containsExactly("alike", "bad", "good");
        assertThat(trained.decision().multiLabel()).isTrue();
        assertThat(trained.decision().thresholds()).hasSize(3);
        assertThat(Path.of(bundle, "README.md"))
                .content()
                .contains("# pairs", "Labels (several a text)", "--tune " + tune);
        assertThat(Path.of(bundle, ".training")).doesNotExist();
        assertThat(Path.of(delta, "delta.json")).content().contains("\"label_smoothing\" : 0.0");
    }

    @Test
    void learnsWhenToSayNoneOfThese() throws Exception {
        String data =
                Files.writeString(folder.resolve("rows.csv"), ROWS + "what time is it,oos\n")
                        .toString();
        String bundle = folder.resolve("films").toString();

        assertThat(
                        execute(
                                "fine-tune",
                                "--data",
                                data,
                                "--validation",
                                data,
                                "--output",
                                bundle,
                                "--delta",
                                folder + "/delta",
                                "--epochs",
                                "1",
                                "--tune",
                                "head"))
                .as(err.toString())
                .isZero();

        assertThat(folder.resolve("delta/delta.json"))
                .content()
                .contains("\"label_smoothing\" : 0.0");
        assertThat(ModelBundle.load(Path.of(bundle)).decision().outOfScope())
                .hasValueSatisfying(rule -> assertThat(rule.label()).isEqualTo("oos"));
    }

    @Test
    void saysInOneLineWhatTheUserCanPutRight() throws Exception {
        String data =
                Files.writeString(folder.resolve("one.csv"), "text,label\nx,good\n").toString();

        assertThat(execute("fine-tune", "--data", data, "--output", folder + "/m")).isEqualTo(1);
        assertThat(err.toString())
                .contains("one.csv: all 1 rows have the same label")
                .doesNotContain("Exception");
    }

    @Test
    void refusesAValidationLabelThatTrainingLacks() throws Exception {
        Path data = Files.writeString(folder.resolve("rows.csv"), ROWS);
        Path other =
                Files.writeString(folder.resolve("v.csv"), "text,label\nok,good\nso so,fair\n");

        assertThat(
                        execute(
                                "fine-tune",
                                "--data",
                                data.toString(),
                                "--validation",
                                other.toString(),
                                "--output",
                                folder + "/m"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("v.csv line 3: this label is not in the training data")
                .doesNotContain("so so");
    }

    @Test
    void refusesMoreTokensThanTheEncoderTakesBeforeItTrains() throws Exception {
        assertThat(fineTune(ROWS, "--max-length", "513")).isEqualTo(1);
        assertThat(err.toString()).contains("513 tokens; encoder minilm-l6 takes 3 to 512");
    }

    @Test
    void namesTheEncodersThatThereAre() {
        assertThat(execute("fine-tune", "--data", "x", "--output", "y", "--encoder", "bert"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "Encoder 'bert' is unknown, and no folder either. Expected a bundle folder or one of: minilm-l6, bge-small-en");
    }

    @Test
    void refusesAShareThatIsNone() throws Exception {
        assertThat(fineTune(ROWS, "--out-of-scope-loss", "-0.01")).isEqualTo(2);
        assertThat(err.toString()).contains("--out-of-scope-loss is -0.01");
    }

    @Test
    void refusesToSmoothSeveralLabelsARow() throws Exception {
        String rows = "text,label\na lovely film,good|kind\ni hated it,bad\nso dull,bad\n";

        assertThat(fineTune(rows, "--label-smoothing", "0.2")).isEqualTo(1);
        assertThat(err.toString()).contains("--label-smoothing is 0.2, but rows of the data have");
    }

    @Test
    void refusesAnAverageOverMoreStepsThanThereAre() throws Exception {
        assertThat(fineTune(ROWS, "--averaging", "2")).isEqualTo(2);
        assertThat(err.toString())
                .contains("an averaging from 0 to 1; found")
                .contains("-1.0 and 2.0");
    }

    @Test
    void wrongUsageEndsWithTwoAndHelpWithZero() {
        assertThat(execute("fine-tune")).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required options: '--data=FILE.csv'");
        assertThat(execute("evaluate", "--help")).isZero();
        assertThat(out.toString()).contains("--json");
    }

    /** Fine-tunes on rows with one option set, into a folder of its own. */
    private int fineTune(String rows, String option, String value) throws IOException {
        String data = Files.writeString(folder.resolve("rows.csv"), rows).toString();
        return execute("fine-tune", "--data", data, "--output", folder + "/m", option, value);
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = FineTuneMain.commandLine();
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
