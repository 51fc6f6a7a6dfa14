package io.labelstream.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.labelstream.finetune.quantize.QuantizeCommand;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The shipped models in int8: what {@code quantize} makes of them. */
class Int8Test {

    private static final Map<String, String> DATA =
            Map.of("sentiment-en", "mr", "sentiment-zh", "book_review", "intent-en", "clinc150");

    private static final Pattern AGREEMENT = Pattern.compile("agreement +([0-9.]+) %");
    private static final Pattern ACCURACY = Pattern.compile("accuracy +([0-9.]+) % -> ([0-9.]+) %");

    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();

    @Test
    void scoresAreTheSameBitsAloneAndInRandomBatches() throws Exception {
        assertThat(quantize("sentiment-en", "--force")).as(out.toString()).isZero();
        try (TextClassifier classifier =
                TextClassifier.open(
                        ModelBundle.load(folder.resolve("int8")), SessionSettings.cpu())) {
            List<EncodedText> texts =
                    Shipped.texts().stream()
                            .map(text -> classifier.tokenizer().encode(text, ""))
                            .toList();
            List<ModelOutput> alone = new ArrayList<>();
            for (EncodedText text : texts) {
                alone.addAll(classifier.session().run(List.of(text), true));
            }
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
            Random random = new Random(5);
            Collections.shuffle(order, random);
            int from = 0;
            while (from < order.size()) {
                List<Integer> rows =
                        order.subList(from, Math.min(order.size(), from + 1 + random.nextInt(16)));
                List<ModelOutput> found =
                        classifier.session().run(rows.stream().map(texts::get).toList(), true);
                for (int i = 0; i < rows.size(); i++) {
                    ModelOutput expected = alone.get(rows.get(i));
                    assertThat(bits(found.get(i).logits()))
                            .containsExactly(bits(expected.logits()));
                    assertThat(bits(found.get(i).attention()))
                            .containsExactly(bits(expected.attention()));
                }
                from += rows.size();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sentiment-en", "sentiment-zh", "intent-en"})
    void losesNoMoreThanPromisedOnTheTestPart(String model) {
        String data = System.getenv("LABELSTREAM_DATA");
        assumeTrue(data != null, "LABELSTREAM_DATA is not set; it names a folder of data sets");
        assertThat(Path.of(System.getProperty("bundles"), model)).isDirectory();

        assertThat(quantize(model, "--data", Path.of(data, DATA.get(model), "test.csv").toString()))
                .as(out.toString())
                .isZero();

        Matcher agreement = AGREEMENT.matcher(out.toString());
        assertThat(agreement.find()).isTrue();
        assertThat(Double.parseDouble(agreement.group(1))).isGreaterThanOrEqualTo(99);
        Matcher accuracy = ACCURACY.matcher(out.toString());
        assertThat(accuracy.find()).isTrue();
        double lost = Double.parseDouble(accuracy.group(1)) - Double.parseDouble(accuracy.group(2));
        assertThat(lost).isLessThanOrEqualTo(0.3 + 1e-9);
    }

    private int quantize(String model, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--model",
                                Path.of(System.getProperty("bundles"), model).toString(),
                                "--precision",
                                "int8",
                                "--output",
                                folder.resolve("int8").toString()));
        arguments.addAll(List.of(more));
        PrintWriter writer = new PrintWriter(out, true);
        return new CommandLine(new QuantizeCommand())
                .setOut(writer)
                .setErr(writer)
                .execute(arguments.toArray(String[]::new));
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length)
                .map(i -> Float.floatToRawIntBits(values[i]))
                .toArray();
    }
}
