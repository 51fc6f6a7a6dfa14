package io.labelstream.operators;

import static io.labelstream.operators.Settings.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TextTokenizer;
import io.labelstream.inference.TinyBundle;
import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.RawMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperator;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClassifyFunctionTest {

    @TempDir Path folder;
    private ModelBundle bundle;
    private TextTokenizer tokenizer;
    private OneInputStreamOperatorTestHarness<TokenizedText, Outcome> harness;

    @BeforeEach
    void open() throws Exception {
        bundle = TinyBundle.write(folder);
        tokenizer = TextTokenizer.open(bundle);
        harness = newHarness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
        tokenizer.close();
    }

    @Test
    void streamTypesNeverFallToAGenericSerializer() {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(TokenizedText.class);
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(Outcome.class);
    }

    @Test
    void labelsEachTextInTheOrderOfArrival() throws Exception {
        for (int i = 0; i < 50; i++) {
            process(message(i, (i % 3 == 0 ? "a great " : "an awful ") + "film ".repeat(i % 7)));
        }

        List<LabelledEvent> events = labelled();
        assertThat(events).hasSize(50);
        for (int i = 0; i < 50; i++) {
            assertThat(events.get(i).source().offset()).isEqualTo(i);
            assertThat(events.get(i).label()).isEqualTo(i % 3 == 0 ? "positive" : "negative");
        }
    }

    @Test
    void resultCarriesAllThatIsKnown() throws Exception {
        process(message(7, "The food: great!"));

        LabelledEvent event = labelled().get(0);
        assertThat(event.text()).isEqualTo("The food: great!");
        assertThat(event.timestamp()).isEqualTo(1007);
        assertThat(event.labels()).hasSize(2);
        assertThat(event.score()).isGreaterThan(0.5f);
        assertThat(event.model().digest()).isEqualTo(bundle.digest());
        assertThat(event.attention())
                .extracting(AttendedWord::word)
                .containsExactly("The", "food", ":", "great", "!");
        assertThat(event.attention().stream().mapToDouble(AttendedWord::weight).sum())
                .isEqualTo(1, within(1e-6));
    }

    @Test
    void guiltyTextLeavesAloneAndItsMatesAreClassified() throws Exception {
        for (int i = 0; i < 32; i++) {
            String text =
                    i == 13 ? TinyBundle.FAILING_WORD : i == 20 ? TinyBundle.NAN_WORD : "good";
            process(message(i, text));
        }
        harness.endInput();

        assertThat(labelled()).hasSize(30).allMatch(event -> event.label().equals("positive"));
        List<DeadLetter> letters = deadLetters();
        assertThat(letters)
                .extracting(DeadLetter::reason)
                .containsExactly(Reason.INFERENCE_FAILED, Reason.NAN_SCORE);
        assertThat(letters)
                .extracting(letter -> letter.message().offset())
                .containsExactly(13L, 20L);
    }

    @Test
    void hangingTextLeavesAloneAndItsMatesAreClassified() throws Exception {
        harness.close();
        harness = newHarness(timeouts(OnTimeout.DEAD_LETTER));
        harness.open();
        for (int i = 0; i < 32; i++) {
            process(message(i, i == 13 ? "a " + TinyBundle.HANGING_WORD : "a good film"));
        }

        assertThat(labelled()).hasSize(31).allMatch(event -> event.label().equals("positive"));
        assertThat(deadLetters())
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.message().offset()).isEqualTo(13);
                            assertThat(letter.reason()).isEqualTo(Reason.TIMEOUT);
                            assertThat(letter.detail())
                                    .isEqualTo(
                                            "a run with it alone took longer than batch.run-timeout (200 ms)");
                        });
    }

    @Test
    void hangingTextFailsTheJobWhereToldTo() throws Exception {
        harness.close();
        harness = newHarness(timeouts(OnTimeout.FAIL));
        harness.open();
        process(message(7, "a " + TinyBundle.HANGING_WORD));

        assertThatThrownBy(harness::endInput)
                .isInstanceOf(TextTimeoutException.class)
                .hasMessage(
                        "The text at in-0@7 (topic-partition@offset): a run with it alone took longer than batch.run-timeout (200 ms), and batch.on-timeout is fail. Raise that timeout, add slots, or set batch.on-timeout to dead-letter.");
    }

    @Test
    void textThatWaitsTooLongLeavesAndItsLateResultIsDropped() throws Exception {
        process(message(7, "a " + TinyBundle.HANGING_WORD));
        harness.setProcessingTime(60_001);
        harness.endInput();

        assertThat(harness.extractOutputValues()).hasSize(1);
        assertThat(deadLetters())
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.reason()).isEqualTo(Reason.TIMEOUT);
                            assertThat(letter.detail())
                                    .isEqualTo("no answer within batch.timeout (1 min)");
                        });
    }

    @Test
    void textThatWaitsTooLongFailsTheJobWhereToldTo() throws Exception {
        harness.close();
        harness = newHarness(Settings.of(bundle, Duration.ofMinutes(1), OnTimeout.FAIL));
        harness.open();
        process(message(7, "a " + TinyBundle.HANGING_WORD));

        assertThatThrownBy(() -> harness.setProcessingTime(60_001))
                .hasStackTraceContaining(
                        "The text at in-0@7 (topic-partition@offset): no answer within batch.timeout (1 min), and batch.on-timeout is fail.");
    }

    @Test
    void deadInferenceThreadFailsWhatComesAndEveryCheckpoint() throws Exception {
        Thread inference = inferenceThread();
        inference.interrupt();
        inference.join();

        assertThatThrownBy(() -> harness.snapshot(1, 1))
                .hasStackTraceContaining(
                        "The inference thread has ended: java.lang.InterruptedException");
        harness.getEnvironment().setExpectedExternalFailureCause(Exception.class);
        process(message(1, "good"));
        assertThat(harness.getEnvironment().getActualExternalFailureCause())
                .hasValueSatisfying(
                        failure ->
                                assertThat(failure)
                                        .hasMessageContaining("TokenizedText[in-0@1, tokens=3]")
                                        .hasRootCauseInstanceOf(InterruptedException.class)
                                        .cause()
                                        .hasMessage(
                                                "The inference thread has ended: java.lang.InterruptedException"));
        // Flink has dropped the text by now, so it must not get into a checkpoint that way.
        harness.endInput();
        assertThatThrownBy(() -> harness.snapshot(2, 2))
                .hasStackTraceContaining("The inference thread has ended");
        assertThatThrownBy(() -> function().timeout(tokenized(message(2, "good")), null))
                .as("the text is not to blame")
                .hasMessageStartingWith("The inference thread has ended");
        assertThat(harness.extractOutputValues()).isEmpty();
    }

    @Test
    void twoHundredCancelsUnderARunLeaveNothingBehind() throws Exception {
        harness.close();
        Set<String> libraries = nativeLibraries();
        for (int i = 0; i < 200; i++) {
            harness = newHarness();
            harness.open();
            process(message(i, i % 2 == 0 ? "slow ".repeat(50) : TinyBundle.HANGING_WORD));
            harness.close();
        }

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("inference-"));
        assertThat(nativeLibraries()).isEqualTo(libraries);
    }

    @Test
    void closeWaitsForTheRunAlsoWhenInterrupted() throws Exception {
        process(message(0, TinyBundle.HANGING_WORD));
        Thread.currentThread().interrupt();
        function().close();

        assertThat(Thread.interrupted()).as("the interrupt is passed on").isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("inference-"));
    }

    @Test
    void closesTwiceAndWhereItWasNeverOpenedOrNotToTheEnd() throws Exception {
        ClassifyFunction never = new ClassifyFunction(Settings.of(bundle));
        never.close();
        harness.close();
        function().close();

        // Its model is found to be damaged when the session opens.
        Files.writeString(
                folder.resolve(ModelBundle.CONFIG_FILE),
                "{\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}}");
        OneInputStreamOperatorTestHarness<TokenizedText, Outcome> broken =
                newHarness(Settings.of(bundle));
        assertThatThrownBy(broken::open).hasStackTraceContaining("names 3 labels");
        broken.close();
    }

    @Test
    void modelThatWasSwappedEndsTheJobForGood() throws Exception {
        ClassifierSettings pinned = Settings.pinned(bundle, bundle.digest());
        Path tokenizerFile = folder.resolve(ModelBundle.TOKENIZER_FILE);
        Files.writeString(tokenizerFile, Files.readString(tokenizerFile) + " ");

        OneInputStreamOperatorTestHarness<TokenizedText, Outcome> swapped = newHarness(pinned);
        assertThatThrownBy(swapped::open)
                .isInstanceOf(SuppressRestartsException.class)
                .hasStackTraceContaining("expected " + bundle.digest());
        swapped.close();
    }

    @Test
    void textThatWaitedTooLongCostsNoRun() {
        assertThat(new PendingText(null, null, 0, 100).isTooLate(99)).isFalse();
        assertThat(new PendingText(null, null, 0, 100).isTooLate(100)).isTrue();
    }

    @Test
    void checkpointHoldsWhatWaitsAndARestoreClassifiesIt() throws Exception {
        RawMessage message = message(3, "a good film");
        // Not yet drained: the result waits in the mailbox, so the input is in the snapshot.
        harness.processElement(tokenized(message), 1);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);

        try (OneInputStreamOperatorTestHarness<TokenizedText, Outcome> restored = newHarness()) {
            restored.initializeState(snapshot);
            restored.open();
            restored.endInput();

            assertThat(restored.extractOutputValues())
                    .singleElement()
                    .satisfies(
                            outcome ->
                                    assertThat(Events.of(outcome).source())
                                            .isEqualTo(message.position()));
        }
    }

    @Test
    void stateOfAWaitingTextIsCompact() throws Exception {
        RawMessage message = message(3, "good ".repeat(50));
        TokenizedText text =
                TokenizedText.of(message, tokenizer.encode("good ".repeat(50), "", false));
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer().serialize(text, out);

        assertThat(out.length()).isLessThanOrEqualTo(message.value().length + 4 * 52 + 200);
    }

    @Test
    void messageThatCannotBeReadAgainLeavesAndDoesNotStopTheJob() throws Exception {
        // As after a restore with other settings: the ids are there, the text is not.
        RawMessage unreadable = message(4, new byte[] {(byte) 0xFF});
        harness.processElement(TokenizedText.of(unreadable, tokenizer.encode("good", "", true)), 1);
        // The spans of this one reach beyond the text that is found now.
        harness.processElement(
                TokenizedText.of(message(5, "a"), tokenizer.encode("a good film", "", true)), 1);

        assertThat(labelled())
                .singleElement()
                .satisfies(event -> assertThat(event.attention()).isEmpty());
        assertThat(deadLetters())
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.reason()).isEqualTo(Reason.BAD_ENCODING);
                            assertThat(letter.message().offset()).isEqualTo(4);
                        });
    }

    @Test
    void tombstoneKeepsItsPlaceBehindWhatCameBeforeIt() throws Exception {
        process(message(0, "good"));
        harness.processElement(TokenizedText.tombstone(message(1, (byte[]) null)), 1);
        process(message(2, "awful"));
        harness.endInput();

        List<Outcome> outcomes = harness.extractOutputValues();
        assertThat(outcomes)
                .extracting(outcome -> outcome.result().source().offset())
                .containsExactly(0L, 1L, 2L);
        assertThat(outcomes.get(1).result().value()).isNull();
    }

    private ClassifierSettings timeouts(OnTimeout onTimeout) {
        return Settings.of(bundle, Duration.ofMillis(200), onTimeout);
    }

    private ClassifyFunction function() {
        return (ClassifyFunction)
                ((AsyncWaitOperator<?, ?>) harness.getOperator()).getUserFunction();
    }

    private static Thread inferenceThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("inference-"))
                .filter(thread -> !thread.getName().startsWith("inference-watchdog-"))
                .findAny()
                .orElseThrow();
    }

    /** Those in memory, each with the temporary folder that it came from; none but on Linux. */
    private static Set<String> nativeLibraries() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        if (!Files.exists(maps)) {
            return Set.of();
        }
        try (Stream<String> lines = Files.lines(maps)) {
            return lines.filter(line -> line.endsWith(".so"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .collect(Collectors.toSet());
        }
    }

    private OneInputStreamOperatorTestHarness<TokenizedText, Outcome> newHarness()
            throws Exception {
        return newHarness(Settings.of(bundle));
    }

    private static OneInputStreamOperatorTestHarness<TokenizedText, Outcome> newHarness(
            ClassifierSettings settings) throws Exception {
        return new OneInputStreamOperatorTestHarness<>(
                new AsyncWaitOperatorFactory<>(
                        new ClassifyFunction(settings),
                        60_000,
                        64,
                        AsyncDataStream.OutputMode.ORDERED),
                serializer());
    }

    private static TypeSerializer<TokenizedText> serializer() {
        return TypeInformation.of(TokenizedText.class).createSerializer(new SerializerConfigImpl());
    }

    private TokenizedText tokenized(RawMessage message) {
        String text = new String(message.value(), StandardCharsets.UTF_8);
        return TokenizedText.of(message, tokenizer.encode(text, "", true));
    }

    private void process(RawMessage message) throws Exception {
        harness.processElement(tokenized(message), message.timestamp());
    }

    private List<LabelledEvent> labelled() throws Exception {
        harness.endInput();
        List<LabelledEvent> events = new ArrayList<>();
        for (Outcome outcome : harness.extractOutputValues()) {
            if (outcome.result() != null) {
                events.add(Events.of(outcome));
            }
        }
        return events;
    }

    private List<DeadLetter> deadLetters() {
        return harness.extractOutputValues().stream()
                .map(Outcome::deadLetter)
                .filter(Objects::nonNull)
                .toList();
    }
}
