package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ClassifierSessionTest {

    @TempDir Path folder;
    private ModelBundle bundle;
    private TextClassifier classifier;

    @BeforeEach
    void open() {
        bundle = TinyBundle.write(folder);
        classifier = TextClassifier.open(bundle, SessionSettings.cpu());
    }

    @AfterEach
    void close() {
        classifier.close();
    }

    @Test
    void labelsTexts() throws InferenceException {
        assertThat(label("a great film !")).isEqualTo("positive");
        assertThat(label("the food, awful")).isEqualTo("negative");
    }

    @Test
    void rowsOfABatchAreThoseOfTheirTexts() throws InferenceException {
        List<EncodedText> texts =
                List.of(encode("good"), encode("a bad , bad film"), encode("the great great food"));

        List<ModelOutput> together = classifier.session().run(texts, true);

        for (int i = 0; i < texts.size(); i++) {
            ModelOutput alone = classifier.session().run(List.of(texts.get(i)), true).get(0);
            assertThat(together.get(i).logits()).containsExactly(alone.logits());
            assertThat(together.get(i).attention()).hasSize(texts.get(i).tokens());
        }
    }

    @Test
    void scoresOfATinyTextAreTheSameInAnyBatch() throws InferenceException {
        Random random = new Random(5);
        List<String> words = List.of("good", "bad", "film", "the", "not", "odd", "slow", "love");
        List<EncodedText> texts = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            StringBuilder text = new StringBuilder("a");
            for (int word = random.nextInt(20); word > 0; word--) {
                text.append(' ').append(words.get(random.nextInt(words.size())));
            }
            texts.add(encode(text.toString()));
        }

        for (int rows : List.of(2, 3, 8, 64)) {
            List<EncodedText> batch = texts.subList(0, rows);
            List<ModelOutput> together = classifier.session().run(batch, true);
            for (int i = 0; i < rows; i++) {
                ModelOutput alone = classifier.session().run(List.of(batch.get(i)), true).get(0);
                assertThat(together.get(i).logits()).containsExactly(alone.logits());
                assertThat(together.get(i).attention()).containsExactly(alone.attention());
            }
        }
    }

    @Test
    void slowWordsOfATinyBundleTakeTheirTime() throws InferenceException {
        long fast = nanos("good " + "film ".repeat(40));
        long slow = nanos("good " + "slow ".repeat(40));

        assertThat(slow).isGreaterThan(fast + 20_000_000);
    }

    @Test
    void wantOfMemoryMayPass() {
        assertThat(
                        ClassifierSession.isShortOfMemory(
                                new OrtException(
                                        "CUDA failure 2: out of memory ; GPU=0 ; hostname=h")))
                .isTrue();
        assertThat(ClassifierSession.isShortOfMemory(new OrtException("std::bad_alloc"))).isTrue();
        assertThat(ClassifierSession.isShortOfMemory(new OrtException("Invalid graph"))).isFalse();
    }

    @Test
    @Timeout(30)
    void modelThatHangsOnItsFirstRunIsRefused() {
        ModelBundle endless = TinyBundle.writeEndless(folder.resolve("endless"));

        assertThatThrownBy(
                        () ->
                                ClassifierSession.open(
                                        endless, SessionSettings.cpu(), Duration.ofMillis(500)))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("did not come to an end within 500 ms");
    }

    @Test
    @Timeout(30)
    void terminateEndsARunThatHangs() throws Exception {
        CompletableFuture<Throwable> end = hangingRun();
        classifier.session().terminate();

        assertThat(end.get())
                .isInstanceOf(InferenceException.class)
                .isNotInstanceOf(RunTimeoutException.class);
    }

    @Test
    @Timeout(30)
    void aRunThatIsEndedLeavesTheSessionUsable() throws Exception {
        ClassifierSession session = classifier.session();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Throwable> end = hangingRun();
            long run = session.runUnderWay();
            session.endRun(run);

            assertThat(end.get())
                    .isInstanceOf(RunTimeoutException.class)
                    .hasMessageContaining("was ended on 1 texts of up to")
                    .hasMessageNotContaining(TinyBundle.HANGING_WORD);
            assertThat(session.runUnderWay()).isZero();
            assertThat(session.terminated()).isFalse();
            session.endRun(run);
            assertThat(label("good")).isEqualTo("positive");
        }
    }

    @Test
    @Timeout(60)
    void noEndEverMeetsAnotherRun() throws Exception {
        ClassifierSession session = classifier.session();
        AtomicBoolean done = new AtomicBoolean();
        Thread ender =
                new Thread(
                        () -> {
                            while (!done.get()) {
                                long run = session.runUnderWay();
                                // Every other one, and most of them as they come to their end by
                                // themselves.
                                if (run % 2 == 0) {
                                    session.endRun(run);
                                }
                            }
                        });
        ender.start();
        Set<Integer> ended = new HashSet<>();
        try {
            EncodedText text = encode("good");
            for (int i = 0; i < 5_000; i++) {
                try {
                    session.run(List.of(text), false);
                } catch (RunTimeoutException e) {
                    ended.add(i % 2);
                }
            }
        } finally {
            done.set(true);
            ender.join();
        }
        assertThat(ended).as("every other run, or none of them would be met").hasSize(1);
    }

    /** Starts a run that hangs, and waits until it does. */
    private CompletableFuture<Throwable> hangingRun() {
        EncodedText endless = encode("a film to " + TinyBundle.HANGING_WORD);
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                classifier.session().run(List.of(endless), false);
                                end.complete(null);
                            } catch (InferenceException e) {
                                end.complete(e);
                            }
                        })
                .start();
        while (classifier.session().runUnderWay() == 0) {
            Thread.onSpinWait();
        }
        return end;
    }

    @Test
    void runsManyTextsOfAllLengthsInTheirOrder() throws InferenceException {
        List<EncodedText> texts =
                java.util.stream.IntStream.range(0, 200)
                        .mapToObj(
                                i -> encode((i % 2 == 0 ? "good " : "bad ") + "a ".repeat(i % 50)))
                        .toList();

        List<ModelOutput> outputs = classifier.run(texts, false);

        for (int i = 0; i < texts.size(); i++) {
            String label = Classification.of(bundle, outputs.get(i).logits(), 1).best().label();
            assertThat(label).isEqualTo(i % 2 == 0 ? "positive" : "negative");
        }
    }

    @Test
    void attentionIsNotFetchedUnlessAskedFor() throws InferenceException {
        assertThat(classifier.session().run(List.of(encode("good")), false).get(0).attention())
                .isEmpty();
    }

    @Test
    void failedRunNamesNoTextAndLeavesTheSessionUsable() throws InferenceException {
        assertThatThrownBy(
                        () ->
                                classifier
                                        .session()
                                        .run(List.of(encode(TinyBundle.FAILING_WORD)), false))
                .isInstanceOf(InferenceException.class)
                .hasMessageNotContaining(TinyBundle.FAILING_WORD);
        assertThat(label("good")).isEqualTo("positive");
    }

    @Test
    void refusesIdsOutsideTheVocabularyAndTextsTooLong() {
        EncodedText foreign = new EncodedText(new int[] {2, 9999, 3}, 3, false, new int[0]);
        EncodedText endless = new EncodedText(new int[65], 65, false, new int[0]);

        assertThatThrownBy(() -> classifier.session().run(List.of(foreign), false))
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("outside the vocabulary");
        assertThatThrownBy(() -> classifier.session().run(List.of(endless), false))
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("65 tokens");
    }

    @Test
    void terminatedSessionRunsNoMore() {
        classifier.session().terminate();

        assertThatThrownBy(() -> classifier.session().run(List.of(encode("good")), false))
                .isInstanceOf(InferenceException.class);
        assertThat(classifier.session().terminated()).isTrue();
    }

    @Test
    void scoresThatAreNoNumbersAreAnError() throws InferenceException {
        float[] logits =
                classifier
                        .session()
                        .run(List.of(encode(TinyBundle.NAN_WORD)), false)
                        .get(0)
                        .logits();

        assertThatThrownBy(() -> Classification.of(bundle, logits, 1))
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("not a finite number");
    }

    @Test
    void rejectsModelWithOtherLabelsThanItsConfiguration() throws IOException {
        Files.writeString(
                folder.resolve(ModelBundle.CONFIG_FILE),
                "{\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}}");
        ModelBundle other = ModelBundle.load(folder);

        assertThatThrownBy(() -> ClassifierSession.open(other, SessionSettings.cpu()))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("names 3 labels");
    }

    @Test
    void cudaThatCannotBeUsedIsRefusedAndAutoTakesTheCpu() {
        org.junit.jupiter.api.Assumptions.assumeFalse(
                Files.exists(Path.of("/dev/nvidia0")), "this machine has an NVIDIA device");

        assertThatThrownBy(
                        () ->
                                ClassifierSession.open(
                                        bundle, new SessionSettings(DeviceType.CUDA, 0, 1)))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("device.type is cuda");
        try (ClassifierSession auto =
                ClassifierSession.open(bundle, new SessionSettings(DeviceType.AUTO, 0, 1))) {
            assertThat(auto.device()).isEqualTo("CPU");
        }
    }

    /** How long a run with that text takes. */
    private long nanos(String text) throws InferenceException {
        long start = System.nanoTime();
        classifier.session().run(List.of(encode(text)), false);
        return System.nanoTime() - start;
    }

    private String label(String text) throws InferenceException {
        ModelOutput output = classifier.session().run(List.of(encode(text)), false).get(0);
        return Classification.of(bundle, output.logits(), 1).best().label();
    }

    private EncodedText encode(String text) {
        return classifier.tokenizer().encode(text, "");
    }
}
