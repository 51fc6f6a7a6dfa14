package io.labelstream.operators;

import static io.labelstream.operators.Settings.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.ClassifierSession;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.RunTimeoutException;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextTokenizer;
import io.labelstream.inference.TinyBundle;
import io.labelstream.serde.DeadLetter.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.streaming.api.functions.async.CollectionSupplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ClassifyBatchTest {

    @TempDir private Path folder;
    private final RecordedMetrics recorded = new RecordedMetrics();
    private final List<Outcome> answers = new ArrayList<>();
    private ModelBundle bundle;
    private TextTokenizer tokenizer;
    private ClassifierSession session;

    @BeforeEach
    void open() throws Exception {
        bundle = TinyBundle.write(folder);
        tokenizer = TextTokenizer.open(bundle);
        session = ClassifierSession.open(bundle, SessionSettings.cpu());
    }

    @AfterEach
    void close() {
        session.close();
        tokenizer.close();
    }

    @Test
    void countsWhatItDoes() throws Exception {
        batch(new ResultCache(0)).run(pending("good", "an awful film", TinyBundle.NAN_WORD));

        // [CLS] and [SEP] around 1, 3 and 1 words.
        assertThat(recorded.count("texts")).isEqualTo(3);
        assertThat(recorded.count("tokens")).isEqualTo(3 + 5 + 3);
        assertThat(recorded.count("paddedTokens")).isEqualTo(3 * 5);
        assertThat(recorded.count("runs")).isEqualTo(1);
        assertThat(recorded.histogram("batchRows").getStatistics().getMax()).isEqualTo(3);
        assertThat(recorded.histogram("batchTokens").getStatistics().getMax()).isEqualTo(15);
        assertThat(recorded.histogram("inferenceMicros").getStatistics().getMin()).isPositive();
        assertThat(recorded.histogram("queueMicros").getCount()).isEqualTo(3);
        assertThat(recorded.histogram("latencyMicros").getCount()).isEqualTo(3);
        assertThat(recorded.count("label.positive.texts")).isEqualTo(1);
        assertThat(recorded.count("label.negative.texts")).isEqualTo(1);
        assertThat(recorded.count("reason.NAN_SCORE.deadLetters")).isEqualTo(1);
    }

    @Test
    void withoutACacheEveryTextHasARowOfItsOwn() throws Exception {
        batch(new ResultCache(0)).run(pending("good", "good"));

        assertThat(recorded.count("texts")).isEqualTo(2);
        assertThat(answers).hasSize(2);
    }

    @Test
    void equalTextsOfABatchShareARow() throws Exception {
        ResultCache cache = new ResultCache(10);
        List<PendingText> texts = pending("good", "awful", "good", "good");
        // As asyncInvoke looks each up first.
        texts.forEach(text -> assertThat(cache.find(text.encoded())).isEmpty());
        batch(cache).run(texts);

        assertThat(recorded.count("texts")).isEqualTo(2);
        assertThat(answers)
                .extracting(answer -> Events.of(answer).label())
                .containsExactlyInAnyOrder("positive", "negative", "positive", "positive");
        assertThat(answers)
                .extracting(answer -> Events.of(answer).source().offset())
                .containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
        assertThat(cache.hits()).isEqualTo(2);
        assertThat(cache.misses()).isEqualTo(2);
        assertThat(cache.find(texts.get(3).encoded())).isPresent();
    }

    @Test
    void guiltyTextsThatAreEqualAllLeave() throws Exception {
        batch(new ResultCache(10))
                .run(pending("good", TinyBundle.FAILING_WORD, TinyBundle.FAILING_WORD, "awful"));

        assertThat(answers)
                .filteredOn(answer -> answer.deadLetter() != null)
                .extracting(answer -> answer.deadLetter().reason())
                .containsExactly(Reason.INFERENCE_FAILED, Reason.INFERENCE_FAILED);
        assertThat(answers).filteredOn(answer -> answer.result() != null).hasSize(2);
        assertThat(recorded.count("reason.INFERENCE_FAILED.deadLetters")).isEqualTo(2);
    }

    @Test
    @Timeout(60)
    void runThatTakesTooLongIsHalvedUntilItsTextIsAlone() throws Exception {
        ClassifyBatch batch = batch(new ResultCache(0));
        try (InferenceWorker<String> none = idleWorker();
                InferenceWatchdog watchdog = watchdog(none)) {
            batch.run(pending("a", "good", "hang", "film", "bad", "good", "food", "the"));
        }

        assertThat(answers)
                .filteredOn(answer -> answer.deadLetter() != null)
                .singleElement()
                .satisfies(
                        answer -> {
                            assertThat(answer.deadLetter().reason()).isEqualTo(Reason.TIMEOUT);
                            assertThat(answer.deadLetter().message().offset()).isEqualTo(2);
                            assertThat(answer.deadLetter().attempts()).isEqualTo(4);
                        });
        assertThat(answers).filteredOn(answer -> answer.result() != null).hasSize(7);
        // Of 8, 4, 2 and 1 texts: log2(8) + 1.
        assertThat(recorded.count("endedRuns")).isEqualTo(4);
    }

    @Test
    @Timeout(60)
    void runThatWouldTakeTooLongForAnyTextIsNobodysFault() throws Exception {
        ClassifyBatch batch = batch(new ResultCache(0));
        InferenceException thrown = null;
        // The end must meet the run of the probe, which is short.
        for (int i = 0; i < 500 && thrown == null; i++) {
            AtomicBoolean done = new AtomicBoolean();
            Thread ender =
                    new Thread(
                            () -> {
                                while (!done.get()) {
                                    session.endRun(session.runUnderWay());
                                }
                            });
            ender.start();
            try {
                batch.run(pending("hang"));
            } catch (InferenceException e) {
                thrown = e;
            } finally {
                done.set(true);
                ender.join();
            }
            assertThat(answers).hasSize(thrown == null ? i + 1 : i);
        }

        assertThat(thrown).isInstanceOf(RunTimeoutException.class);
    }

    @Test
    void textsThatWereAnsweredForCostNoRun() throws Exception {
        List<PendingText> texts = new ArrayList<>(pending("good", "awful"));
        PendingText late = texts.get(0);
        texts.set(0, new PendingText(late.text(), late.result(), 0, System.nanoTime() - 1));
        batch(new ResultCache(0)).run(texts);

        assertThat(recorded.count("texts")).isEqualTo(1);
        assertThat(answers).singleElement().matches(answer -> answer.result() != null);
    }

    /** Ends each run that goes on for 50 ms. */
    private InferenceWatchdog watchdog(InferenceWorker<?> worker) {
        return new InferenceWatchdog(
                "watchdog",
                session::runUnderWay,
                session::endRun,
                worker,
                Duration.ofMillis(50),
                Duration.ofHours(1));
    }

    private static InferenceWorker<String> idleWorker() {
        return new InferenceWorker<>(
                "idle", new TokenBudget(1, 1, 1), Duration.ZERO, batch -> {}, (text, cause) -> {});
    }

    private ClassifyBatch batch(ResultCache cache) {
        ClassifyMetrics metrics = new ClassifyMetrics(recorded);
        OutcomeBuilder outcomes =
                new OutcomeBuilder(
                        Settings.of(bundle), bundle, metrics, new DeadLetterCounters(recorded));
        return new ClassifyBatch(session, outcomes, false, cache, metrics);
    }

    private List<PendingText> pending(String... texts) {
        List<PendingText> pending = new ArrayList<>();
        for (String text : texts) {
            TokenizedText tokenized =
                    TokenizedText.of(
                            message(pending.size(), text.getBytes(StandardCharsets.UTF_8)),
                            tokenizer.encode(text, ""));
            long now = System.nanoTime();
            pending.add(new PendingText(tokenized, new Answers(), now, now + 60_000_000_000L));
        }
        return pending;
    }

    /** Asks for each answer at once, as a task thread with nothing else to do. */
    private final class Answers implements ResultFuture<Outcome> {
        @Override
        public void complete(Collection<Outcome> result) {
            answers.addAll(result);
        }

        @Override
        public void completeExceptionally(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void complete(CollectionSupplier<Outcome> supplier) {
            try {
                answers.addAll(supplier.get());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
