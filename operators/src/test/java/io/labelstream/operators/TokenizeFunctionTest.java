package io.labelstream.operators;

import static io.labelstream.operators.Settings.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.TinyBundle;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.RawMessage;
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
        harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(
                                new TokenizeFunction(Settings.of(TinyBundle.write(folder)))));
        harness.open();
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

    private List<DeadLetter> deadLetters() {
        Collection<StreamRecord<DeadLetter>> out =
                harness.getSideOutput(TokenizeFunction.DEAD_LETTERS);
        return out == null ? List.of() : out.stream().map(StreamRecord::getValue).toList();
    }
}
