package io.labelstream.operators;

import static io.labelstream.operators.Settings.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.TinyBundle;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.EmptyTexts;
import io.labelstream.serde.InputFormat;
import io.labelstream.serde.LongTexts;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.Tombstones;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizeFunctionTest {

    @TempDir Path folder;
    private OneInputStreamOperatorTestHarness<RawMessage, TokenizedText> harness;

    @BeforeEach
    void open() throws Exception {
        open(Settings.of(TinyBundle.write(folder)));
    }

    private void open(ClassifierSettings settings) throws Exception {
        harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(new TokenizeFunction(settings)));
        harness.open();
    }

    private void openAgain(Tombstones tombstones, EmptyTexts empty, LongTexts longTexts)
            throws Exception {
        harness.close();
        open(
                Settings.of(
                        TinyBundle.write(folder),
                        Settings.input(InputFormat.TEXT, tombstones, empty, longTexts),
                        0,
                        0));
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void textBecomesIdsWithTheMessageItCameFrom() throws Exception {
        RawMessage message = message(7, "a good film");
        harness.processElement(message, 1);

        TokenizedText tokenized = harness.extractOutputValues().get(0);
        assertThat(tokenized.message().position()).isEqualTo(message.position());
        assertThat(tokenized.ids()).hasSize(5);
        assertThat(tokenized.spans()).hasSize(10);
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void whatCannotBeReadLeavesWithItsReason() throws Exception {
        harness.processElement(message(0, (byte[]) null), 0);
        harness.processElement(message(1, ""), 1);
        harness.processElement(message(2, new byte[] {(byte) 0xC3, 0x28}), 2);
        harness.processElement(message(3, "!".repeat(Settings.MAX_BYTES + 1)), 3);

        assertThat(deadLetters())
                .extracting(DeadLetter::reason)
                .containsExactly(
                        Reason.TOMBSTONE,
                        Reason.EMPTY_PAYLOAD,
                        Reason.BAD_ENCODING,
                        Reason.TOO_LARGE);
        assertThat(deadLetters())
                .extracting(letter -> letter.message().offset())
                .containsExactly(0L, 1L, 2L, 3L);
        assertThat(harness.extractOutputValues()).isEmpty();
    }

    @Test
    void longTextIsCutAndFlagged() throws Exception {
        harness.processElement(message(0, "good ".repeat(101)), 0);

        assertThat(harness.extractOutputValues().get(0).truncated()).isTrue();
    }

    @Test
    void tombstoneGoesOnWithoutIdsWhereItMayPass() throws Exception {
        openAgain(Tombstones.PASS, EmptyTexts.CLASSIFY, LongTexts.TRUNCATE);
        harness.processElement(message(4, (byte[]) null), 0);

        assertThat(harness.extractOutputValues())
                .singleElement()
                .satisfies(
                        text -> {
                            assertThat(text.isTombstone()).isTrue();
                            assertThat(text.ids()).isEmpty();
                        });
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void tombstoneThatIsSkippedLeavesNothingBehind() throws Exception {
        openAgain(Tombstones.SKIP, EmptyTexts.CLASSIFY, LongTexts.TRUNCATE);
        harness.processElement(message(4, (byte[]) null), 0);

        assertThat(harness.extractOutputValues()).isEmpty();
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void textWithoutALetterIsClassifiedUnlessItIsNotWanted() throws Exception {
        String[] empty = {" ", "\t\r\n", "\u0000", "\u3000\u00A0\u2028"};
        for (String text : empty) {
            harness.processElement(message(0, text), 0);
        }
        assertThat(harness.extractOutputValues()).hasSize(empty.length);

        openAgain(Tombstones.DEAD_LETTER, EmptyTexts.DEAD_LETTER, LongTexts.TRUNCATE);
        for (String text : empty) {
            harness.processElement(message(0, text), 0);
        }
        harness.processElement(message(1, " a "), 1);
        assertThat(deadLetters())
                .hasSize(empty.length)
                .allMatch(letter -> letter.reason() == Reason.EMPTY_TEXT);
        assertThat(harness.extractOutputValues()).hasSize(1);
    }

    @Test
    void longTextIsLetGoWhereItMayNotBeCut() throws Exception {
        openAgain(Tombstones.DEAD_LETTER, EmptyTexts.CLASSIFY, LongTexts.DEAD_LETTER);
        harness.processElement(message(0, "good ".repeat(101)), 0);
        harness.processElement(message(1, "good"), 1);

        assertThat(deadLetters())
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.reason()).isEqualTo(Reason.TOO_LONG);
                            assertThat(letter.stage()).isEqualTo(DeadLetter.Stage.TOKENIZE);
                        });
        assertThat(harness.extractOutputValues()).hasSize(1);
    }

    private List<DeadLetter> deadLetters() {
        Collection<StreamRecord<DeadLetter>> out =
                harness.getSideOutput(TokenizeFunction.DEAD_LETTERS);
        return out == null ? List.of() : out.stream().map(StreamRecord::getValue).toList();
    }
}
