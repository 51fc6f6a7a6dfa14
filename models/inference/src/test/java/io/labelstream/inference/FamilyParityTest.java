package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each family of encoders, from text to scores. Expected scores are worked out without our code and
 * without ONNX: {@link FamilyReference} computes them in double precision from the fixture's
 * weights and from the token ids and types below, which were written by hand from the rules of each
 * tokenizer.
 */
class FamilyParityTest {

    private static final double TOLERANCE = 1e-4;

    @TempDir Path folder;

    private final TinyWeights weights = new TinyWeights();

    /** A text, the second one of a pair, and its ids and types by hand. */
    private record Example(String text, String pair, int[] ids, int[] types) {}

    private static List<Example> examples(TinyFamily family) {
        return switch (family) {
            case BERT, ELECTRA, DISTILBERT ->
                    List.of(
                            single("good", 2, 5, 3),
                            single("A bad films", 2, 4, 6, 7, 8, 3),
                            single("", 2, 3),
                            single("good zzz film", 2, 5, 1, 7, 3),
                            new Example(
                                    "good film",
                                    "bad",
                                    new int[] {2, 5, 7, 3, 6, 3},
                                    new int[] {0, 0, 0, 0, 1, 1}));
            case ROBERTA ->
                    List.of(
                            single("good", 0, 16, 2),
                            single("a bad film", 0, 4, 23, 22, 2),
                            single("", 0, 2),
                            single(" good", 0, 27, 2),
                            // <s> a </s></s> b </s>, and no types.
                            new Example(
                                    "good film",
                                    "bad",
                                    new int[] {0, 16, 22, 2, 2, 18, 2},
                                    new int[7]));
            case DEBERTA ->
                    List.of(
                            single("good", 1, 5, 2),
                            single("a bad films good", 1, 8, 6, 7, 9, 5, 2),
                            single("", 1, 2),
                            new Example(
                                    "good film",
                                    "bad",
                                    new int[] {1, 5, 7, 2, 6, 2},
                                    new int[] {0, 0, 0, 0, 1, 1}));
            case MODERNBERT ->
                    List.of(
                            single("good", 25, 13, 26),
                            single("a bad film good", 25, 1, 20, 19, 24, 26),
                            single("", 25, 26),
                            new Example(
                                    "good film",
                                    "bad",
                                    new int[] {25, 13, 19, 26, 15, 26},
                                    new int[] {0, 0, 0, 0, 1, 1}));
        };
    }

    @ParameterizedTest
    @EnumSource
    void scoresAreThoseOfTheReferenceAloneAndInABatch(TinyFamily family) throws InferenceException {
        ModelBundle bundle = ModelBundle.load(family.write(folder, weights));
        FamilyReference reference = new FamilyReference(family, weights);
        List<Example> examples = examples(family);
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            List<EncodedText> texts =
                    examples.stream()
                            .map(e -> classifier.tokenizer().encode(e.text(), e.pair()))
                            .toList();
            List<ModelOutput> together = classifier.session().run(texts, false);
            for (int i = 0; i < texts.size(); i++) {
                Example example = examples.get(i);
                assertThat(texts.get(i).ids()).as(example.text()).isEqualTo(example.ids());
                assertThat(types(texts.get(i))).as(example.text()).isEqualTo(example.types());
                double[] expected = reference.scores(example.ids(), example.types());
                ModelOutput alone = classifier.session().run(List.of(texts.get(i)), false).get(0);
                assertScores(bundle, alone, expected);
                assertScores(bundle, together.get(i), expected);
            }
        }
    }

    @Test
    void referenceTellsTextsApart() {
        for (TinyFamily family : TinyFamily.values()) {
            FamilyReference reference = new FamilyReference(family, new TinyWeights());
            Example one = examples(family).get(0);
            Example other = examples(family).get(1);
            assertThat(reference.scores(one.ids(), one.types())[0])
                    .isNotCloseTo(reference.scores(other.ids(), other.types())[0], within(0.001));
        }
    }

    @Test
    void positionsOfRobertaStartBehindThePaddingId() {
        assertThat(ModelBundle.load(TinyFamily.ROBERTA.write(folder, weights)).maxTokens())
                .isEqualTo(TinyFamily.POSITIONS - 2);
        assertThat(ModelBundle.load(TinyFamily.BERT.write(folder, new TinyWeights())).maxTokens())
                .isEqualTo(TinyFamily.POSITIONS);
    }

    @Test
    void longestTextThatRobertaTakesRuns() throws InferenceException {
        ModelBundle bundle = ModelBundle.load(TinyFamily.ROBERTA.write(folder, weights));
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            EncodedText text = classifier.tokenizer().encode("good ".repeat(40), "");

            assertThat(text.tokens()).isEqualTo(TinyFamily.POSITIONS - 2);
            assertThat(classifier.session().run(List.of(text), false)).hasSize(1);
        }
    }

    private static void assertScores(ModelBundle bundle, ModelOutput output, double[] expected)
            throws InferenceException {
        List<ScoredLabel> labels = Classification.of(bundle, output.logits(), 9).labels();
        int best = 0;
        for (int i = 0; i < expected.length; i++) {
            best = expected[i] > expected[best] ? i : best;
        }
        assertThat(labels).hasSize(TinyFamily.LABELS);
        assertThat(labels.get(0).label()).isEqualTo(bundle.labels().get(best));
        for (ScoredLabel label : labels) {
            assertThat((double) label.score())
                    .isEqualTo(expected[bundle.labels().indexOf(label.label())], within(TOLERANCE));
        }
    }

    private static int[] types(EncodedText text) {
        int[] types = new int[text.tokens()];
        Arrays.fill(types, text.pairStart(), types.length, 1);
        return types;
    }

    private static Example single(String text, int... ids) {
        return new Example(text, "", ids, new int[ids.length]);
    }
}
