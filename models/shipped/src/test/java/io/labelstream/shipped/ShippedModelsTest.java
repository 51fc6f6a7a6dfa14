package io.labelstream.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import io.labelstream.inference.WordWeight;
import io.labelstream.inference.Words;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for each shipped model. */
class ShippedModelsTest {

    static List<String> names() {
        return Shipped.names();
    }

    @Test
    void areThese() {
        assertThat(names()).containsExactly("intent-en", "sentiment-en", "sentiment-zh");
    }

    @ParameterizedTest
    @MethodSource("names")
    void sayWhatTheyAre(String name) {
        ModelBundle bundle = Shipped.bundle(name);

        assertThat(bundle.name()).isEqualTo(name);
        assertThat(bundle.labels()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(2);
        assertThat(bundle.decision().temperature()).isNotEqualTo(1);
        assertThat(bundle.decision().multiLabel()).isFalse();
        assertThat(bundle.folder().resolve("README.md"))
                .content()
                .contains("# " + name, "## Data", "## Made with", "./labelstream fine-tune");
    }

    /** The best label's logit of texts written for this, as the models were released. */
    @ParameterizedTest
    @CsvFileSource(resources = "/golden-logits.csv", numLinesToSkip = 1)
    void giveTheLogitsTheyWereReleasedWith(String name, String label, float logit, String text)
            throws Exception {
        ModelBundle bundle = Shipped.bundle(name);
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            float[] logits =
                    classifier
                            .run(List.of(classifier.tokenizer().encode(text, "")), false)
                            .get(0)
                            .logits();

            assertThat(Classification.of(bundle, logits, 0).best().label()).isEqualTo(label);
            assertThat(logits[bundle.labels().indexOf(label)]).isCloseTo(logit, within(1e-3f));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void attendToWordsOnlyAndInSharesThatSumToOne(String name) throws Exception {
        try (TextClassifier classifier =
                TextClassifier.open(Shipped.bundle(name), SessionSettings.cpu())) {
            assertThat(classifier.session().hasAttention()).isTrue();
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
    }

    @Test
    void nameNoWordsInATextWithoutAny() throws Exception {
        try (TextClassifier classifier =
                TextClassifier.open(Shipped.bundle("sentiment-en"), SessionSettings.cpu())) {
            EncodedText encoded = classifier.tokenizer().encode("", "", true);
            float[] attention = classifier.run(List.of(encoded), true).get(0).attention();

            assertThat(Words.of("", encoded, attention)).isEmpty();
        }
    }
}
