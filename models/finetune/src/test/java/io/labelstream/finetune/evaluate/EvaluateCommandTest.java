package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.finetune.FineTuneMain;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {

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

    @TempDir private static Path folder;
    private static String model;
    private static String data;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void trainATinyModel() throws IOException {
        data = file("rows.csv", ROWS);
        model = folder.resolve("films").toString();
        int exitCode =
                FineTuneMain.commandLine()
                        .execute(
                                "fine-tune",
                                "--data=" + data,
                                "--validation=" + data,
                                "--output=" + model,
                                "--epochs=1",
                                "--tune=head");
        assertThat(exitCode).isZero();
    }

    @Test
    void printsOneObjectAndWritesAReport() throws Exception {
        Path report = folder.resolve("report.html");

        assertThat(
                        execute(
                                "--data=" + data,
                                "--train=" + data,
                                "--baselines=words,embeddings",
                                "--report=" + report,
                                "--json"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString().strip().lines()).hasSize(1);
        JsonNode summary = new ObjectMapper().readTree(out.toString());
        assertThat(summary.path("model").asText()).isEqualTo("films");
        assertThat(summary.path("rows").asInt()).isEqualTo(6);
        assertThat(summary.path("micro_f1")).isEqualTo(summary.path("accuracy"));
        for (String name :
                new String[] {"accuracy", "macro_f1", "ece", "ece_uncalibrated", "texts_per_s"}) {
            assertThat(summary.path(name).isNumber()).as(name).isTrue();
        }
        assertThat(summary.has("oos_recall")).isFalse();
        assertThat(summary.path("labels")).hasSize(2);
        assertThat(summary.path("confusion_matrix")).hasSize(3);
        JsonNode baselines = summary.path("baselines");
        assertThat(baselines)
                .extracting(b -> b.path("name").asText())
                .containsExactly("words", "embeddings");
        for (JsonNode baseline : baselines) {
            assertThat(baseline.path("train_seconds").asDouble()).isPositive();
            assertThat(baseline.path("texts_per_s").asDouble()).isPositive();
        }
        // Both linear models can tell six rows apart that they were trained on.
        assertThat(baselines.get(0).path("accuracy").asDouble()).isOne();
        assertThat(baselines.get(1).path("accuracy").asDouble()).isOne();
        assertThat(err.toString()).contains("baseline words: accuracy").doesNotContain("lovely");
        assertThat(report)
                .content()
                .contains("films", "<mark", "lovely")
                .doesNotContain("http:", "https:");
    }

    @Test
    void finetunesAHeadToStandBesideTheModel() throws Exception {
        String few = file("few.csv", "text,label\nok,good\nno,bad\nyes,good\nbah,bad\n");

        assertThat(execute("--data=" + few, "--train=" + few, "--baselines=cls", "--json"))
                .as(err.toString())
                .isZero();
        JsonNode cls = new ObjectMapper().readTree(out.toString()).path("baselines").path(0);
        assertThat(cls.path("about").asText()).isEqualTo("minilm-l6 fine-tuned, cls head");
        assertThat(cls.path("accuracy").asDouble()).isBetween(0.0, 1.0);
        assertThat(err.toString()).contains("baseline cls: accuracy");
    }

    @Test
    void aBaselineThatCannotBeTrainedCostsOnlyItself() throws Exception {
        String good = file("onlygood.csv", "text,label\nfine,good\nokay,good\n");

        assertThat(execute("--data=" + good, "--train=" + good, "--json"))
                .as(err.toString())
                .isZero();
        JsonNode summary = new ObjectMapper().readTree(out.toString());
        assertThat(summary.path("rows").asInt()).isEqualTo(2);
        assertThat(summary.path("baselines"))
                .extracting(baseline -> baseline.path("name").asText())
                .doesNotContain("cls", "mean", "attention");
        assertThat(err.toString())
                .contains("all 2 rows have the same label")
                .contains("baseline cls left out: It cannot be trained; the reason stands above.");

        assertThat(execute("--data=" + good, "--train=" + good, "--baselines=cls", "--json"))
                .isOne();
        assertThat(new ObjectMapper().readTree(out.toString()).path("rows").asInt()).isEqualTo(2);
        assertThat(err.toString()).contains("Not every model of --baselines could be measured");
    }

    @Test
    void failsWhereStandardOutputCannotBeWritten() {
        Writer full =
                new Writer() {
                    @Override
                    public void write(char[] text, int from, int count) throws IOException {
                        throw new IOException("No space left on device");
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        int exitCode =
                FineTuneMain.commandLine()
                        .setOut(new PrintWriter(full))
                        .setErr(new PrintWriter(err, true))
                        .execute("evaluate", "--model=" + model, "--data=" + data);

        assertThat(exitCode).isOne();
        assertThat(err.toString()).isEqualTo("The results cannot be written to standard output.\n");
    }

    @Test
    void printsATable() {
        assertThat(execute("--data=" + data)).isZero();

        assertThat(out.toString()).contains("model                 films 1\n", "true \\ found");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void measuresPairs() throws Exception {
        String pairs =
                file(
                        "likes.csv",
                        "text,text_pair,label\na film,loved it,good\na book,hated it,bad\n");

        assertThat(
                        execute(
                                "--data=" + pairs,
                                "--train=" + pairs,
                                "--baselines=words,embeddings",
                                "--json"))
                .as(err.toString())
                .isZero();
        JsonNode summary = new ObjectMapper().readTree(out.toString());
        assertThat(summary.path("rows").asInt()).isEqualTo(2);
        assertThat(summary.path("baselines"))
                .extracting(baseline -> baseline.path("accuracy").asDouble())
                .containsExactly(1.0, 1.0);
    }

    @Test
    void saysAtOnceWhyAHeadCannotBeTrained() throws IOException {
        Path other = copyOfTheModel("gone");
        Path settings = other.resolve("labelstream.json");
        Files.writeString(
                settings, Files.readString(settings).replace("\"minilm-l6\"", "\"gone\""));

        assertThat(executeOn(other, "--data=" + data, "--train=" + data, "--baselines=mean"))
                .isOne();
        assertThat(err.toString()).startsWith("Encoder 'gone' is unknown");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void leavesOutWhatAModelOfAnotherKindCannotHave() throws IOException {
        Path other = copyOfTheModel("roberta");
        Files.delete(other.resolve("labelstream.json"));
        Path config = other.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"bert\"", "\"roberta\""));

        assertThat(executeOn(other, "--data=" + data, "--train=" + data)).isZero();
        assertThat(err.toString())
                .contains("baseline mean left out: Model roberta is of type 'roberta'")
                .contains("baseline embeddings: accuracy 1.0000");
        assertThat(executeOn(other, "--data=" + data, "--train=" + data, "--baselines=mean"))
                .isOne();
        assertThat(err.toString()).contains("Leave the heads out of --baselines");
    }

    @Test
    void refusesALabelThatTheModelDoesNotKnow() throws IOException {
        String other = file("other.csv", "text,label\nfine,good\nso so,fair\n");

        assertThat(execute("--data=" + other)).isOne();
        assertThat(err.toString())
                .contains("other.csv line 3: this label is none of model films")
                .doesNotContain("so so");
    }

    @Test
    void refusesTrainingRowsThatDoNotFit() throws IOException {
        String good = file("good.csv", "text,label\nfine,good\nokay,good\n");
        assertThat(execute("--data=" + data, "--train=" + good)).isOne();
        assertThat(err.toString())
                .contains("rows.csv line 5: this label is in no row of")
                .doesNotContain("dreadful");

        String pairs = file("pairs.csv", "text,text_pair,label\na,b,good\nc,d,bad\n");
        assertThat(execute("--data=" + data, "--train=" + pairs)).isOne();
        assertThat(err.toString()).contains("pairs.csv has pairs of texts, and");
    }

    @Test
    void wrongUsageEndsWithTwo() {
        assertThat(execute("--data=" + data, "--baselines=words")).isEqualTo(2);
        assertThat(err.toString()).contains("--baselines needs --train FILE.csv");

        assertThat(execute("--data=" + data, "--train=" + data, "--baselines=bag")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "'bag' is unknown. Expected some of: words,embeddings,cls,mean,attention");

        assertThat(execute("--data=" + data, "--train=" + folder + "/missing.csv")).isEqualTo(2);
        assertThat(err.toString()).contains("missing.csv: no such file");

        assertThat(execute("--data=" + data, "--report=" + folder + "/no/r.html")).isEqualTo(2);
        assertThat(err.toString()).contains("expected a file in a folder that exists");
    }

    private static String file(String name, String rows) throws IOException {
        return Files.writeString(folder.resolve(name), rows).toString();
    }

    private static Path copyOfTheModel(String name) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name));
        for (String file :
                new String[] {"model.onnx", "tokenizer.json", "config.json", "labelstream.json"}) {
            Files.copy(Path.of(model, file), copy.resolve(file));
        }
        return copy;
    }

    private int execute(String... options) {
        return executeOn(Path.of(model), options);
    }

    private int executeOn(Path bundle, String... options) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] arguments = new String[options.length + 2];
        arguments[0] = "evaluate";
        arguments[1] = "--model=" + bundle;
        System.arraycopy(options, 0, arguments, 2, options.length);
        return FineTuneMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
