package io.labelstream.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A text's scores must not depend on the texts beside it, down to the last bit: after a failure
 * other batches form, and a replayed text must get the very label that it had.
 */
@ParameterizedClass
@MethodSource("names")
class BatchIndependenceTest {

    static List<String> names() {
        return Shipped.names();
    }

    private static TextClassifier classifier;
    private static List<EncodedText> texts;
    private static List<ModelOutput> alone;

    /** The model whose turn it is; {@link #runEachTextAlone} has opened it. */
    @Parameter String name;

    @BeforeParameterizedClassInvocation
    static void runEachTextAlone(String name) throws Exception {
        ModelBundle bundle = Shipped.bundle(name);
        classifier = TextClassifier.open(bundle, SessionSettings.cpu());
        texts =
                Shipped.texts().stream()
                        .map(text -> classifier.tokenizer().encode(text, ""))
                        .toList();
        alone = new ArrayList<>();
        for (EncodedText text : texts) {
            alone.addAll(classifier.session().run(List.of(text), true));
        }
    }

    @AfterParameterizedClassInvocation
    static void close() {
        classifier.close();
    }

    @Test
    void scoresAreTheSameInRandomBatches() throws Exception {
        Random random = new Random(5);
        List<Integer> order = new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
        for (int round = 0; round < 2; round++) {
            Collections.shuffle(order, random);
            int from = 0;
            while (from < order.size()) {
                int to = Math.min(order.size(), from + 1 + random.nextInt(16));
                assertSame(order.subList(from, to));
                from = to;
            }
        }
    }

    @Test
    void scoresAreTheSameBesideAMateOfFourTimesTheLength() throws Exception {
        assertSameBesideMate(1, 96);
    }

    @Test
    void scoresAreTheSameBesideTheLongestMate() throws Exception {
        assertSameBesideMate(8, classifier.bundle().maxTokens());
    }

    @Test
    void longTextsScoreTheSameBesideLongerOnes() throws Exception {
        int most = classifier.bundle().maxTokens();
        EncodedText longest = textOf(most);
        for (int tokens = 60; tokens < most; tokens += 13) {
            EncodedText text = textOf(tokens);
            ModelOutput expected = classifier.session().run(List.of(text), true).get(0);
            assertSame(expected, classifier.session().run(List.of(longest, text), true).get(1));
        }
    }

    @Test
    void scoresAreTheSameInASessionWithTwoThreads() throws Exception {
        SessionSettings two = new SessionSettings(SessionSettings.cpu().device(), 0, 2);
        try (TextClassifier other = TextClassifier.open(classifier.bundle(), two)) {
            List<ModelOutput> found = other.run(texts, true);
            for (int i = 0; i < texts.size(); i++) {
                assertSame(alone.get(i), found.get(i));
            }
        }
    }

    private void assertSameBesideMate(int step, int mateTokens) throws Exception {
        List<EncodedText> batch = new ArrayList<>();
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < texts.size(); i += step) {
            if (texts.get(i).tokens() < mateTokens) {
                batch.add(texts.get(i));
                rows.add(i);
            }
            if (batch.size() == 15 || i + step >= texts.size()) {
                batch.add(textOf(mateTokens));
                List<ModelOutput> found = classifier.session().run(batch, true);
                for (int j = 0; j < rows.size(); j++) {
                    assertSame(alone.get(rows.get(j)), found.get(j));
                }
                batch.clear();
                rows.clear();
            }
        }
    }

    private void assertSame(List<Integer> rows) throws InferenceException {
        List<ModelOutput> found =
                classifier.session().run(rows.stream().map(texts::get).toList(), true);
        for (int j = 0; j < rows.size(); j++) {
            assertSame(alone.get(rows.get(j)), found.get(j));
        }
    }

    private static void assertSame(ModelOutput expected, ModelOutput found) {
        assertThat(bits(found.logits())).containsExactly(bits(expected.logits()));
        assertThat(bits(found.attention())).containsExactly(bits(expected.attention()));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    /** A text of exactly so many tokens. */
    private EncodedText textOf(int tokens) {
        EncodedText text = classifier.tokenizer().encode("good ".repeat(tokens - 2), "");
        assertThat(text.tokens()).isEqualTo(tokens);
        return text;
    }
}
