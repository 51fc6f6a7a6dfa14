package io.labelstream.operators;

import static io.labelstream.operators.Settings.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TextTokenizer;
import io.labelstream.inference.TinyBundle;
import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.RawMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
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

    private OneInputStreamOperatorTestHarness<TokenizedText, Outcome> newHarness()
            throws Exception {
        return new OneInputStreamOperatorTestHarness<>(
                new AsyncWaitOperatorFactory<>(
                        new ClassifyFunction(Settings.of(bundle)),
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
