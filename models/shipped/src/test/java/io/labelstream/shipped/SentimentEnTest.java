package io.labelstream.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import io.labelstream.inference.WordWeight;
import io.labelstream.inference.Words;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SentimentEnTest {

    /** Logits of the model as it was released, negative first. */
    private static final Map<String, float[]> GOLDEN = new LinkedHashMap<>();

    static {
        GOLDEN.put(
                "A warm and funny film that I will see again.",
                new float[] {-3.4368656f, 3.9673865f});
        GOLDEN.put(
                "Two dull hours that I will never get back.",
                new float[] {2.1054444f, -2.3397782f});
        GOLDEN.put(
                "The camera is brilliant; the story is not.",
                new float[] {-0.27942714f, 0.44910055f});
        GOLDEN.put("It starts at eight.", new float[] {0.74021256f, -1.2046285f});
        GOLDEN.put("", new float[] {0.45087612f, -0.5239686f});
    }

    private static ModelBundle bundle;
    private static TextClassifier classifier;

    @BeforeAll
    static void open() {
        bundle = Shipped.bundle("sentiment-en");
        classifier = TextClassifier.open(bundle, SessionSettings.cpu());
    }

    @AfterAll
    static void close() {
        classifier.close();
    }

    @Test
    void saysWhatItIs() {
        assertThat(bundle.name()).isEqualTo("sentiment-en");
        assertThat(bundle.labels()).containsExactly("negative", "positive");
        assertThat(bundle.maxTokens()).isEqualTo(256);
        assertThat(bundle.vocabularySize()).isEqualTo(30522);
        assertThat(classifier.session().hasAttention()).isTrue();
    }

    @Test
    void givesTheLogitsItWasReleasedWith() throws Exception {
        for (Map.Entry<String, float[]> golden : GOLDEN.entrySet()) {
            assertThat(output(golden.getKey()).logits())
                    .as(golden.getKey())
                    .containsExactly(golden.getValue(), within(1e-4f));
        }
    }

    @Test
    void tellsPraiseFromBlame() throws Exception {
        assertThat(label("a masterpiece, tender and gripping")).isEqualTo("positive");
        assertThat(label("a tedious, joyless mess")).isEqualTo("negative");
    }

    @Test
    void attentionGoesToWordsOnlyAndSumsToOne() throws Exception {
        for (String text : Shipped.texts()) {
            EncodedText encoded = classifier.tokenizer().encode(text, "", true);
            float[] attention = classifier.run(List.of(encoded), true).get(0).attention();
            List<WordWeight> words = Words.of(text, encoded, attention);
            if (encoded.tokens() == 2 || text.equals("[CLS] [SEP]")) {
                continue;
            }
            assertThat(attention[0]).isEqualTo(0);
            assertThat(attention[attention.length - 1]).isEqualTo(0);
            double sum = 0;
            for (float weight : attention) {
                sum += weight;
            }
            assertThat(sum).isCloseTo(1, within(1e-5));
            assertThat(words.stream().mapToDouble(WordWeight::weight).sum())
                    .isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void attentionOfATextWithoutWordsNamesNone() throws Exception {
        EncodedText encoded = classifier.tokenizer().encode("", "", true);
        float[] attention = classifier.run(List.of(encoded), true).get(0).attention();

        assertThat(Words.of("", encoded, attention)).isEmpty();
    }

    @Test
    void isAsAccurateAsItsCardSays() throws Exception {
        String data = System.getenv("LABELSTREAM_DATA");
        assumeTrue(
                data != null,
                "LABELSTREAM_DATA is not set; it names a folder that holds mr/test.csv");
        List<String[]> rows = Shipped.rows(Path.of(data, "mr", "test.csv"));
        int right = 0;
        for (String[] row : rows) {
            right += label(row[0]).equals(row[1]) ? 1 : 0;
        }

        assertThat((double) right / rows.size()).isGreaterThanOrEqualTo(0.82);
    }

    private static ModelOutput output(String text) throws Exception {
        return classifier.run(List.of(classifier.tokenizer().encode(text, "")), true).get(0);
    }

    private static String label(String text) throws Exception {
        return Classification.of(bundle, output(text).logits(), 1).best().label();
    }
}
