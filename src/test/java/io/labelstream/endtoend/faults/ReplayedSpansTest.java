package io.labelstream.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.endtoend.faults.GuaranteeChecker.Range;
import io.labelstream.endtoend.faults.OutputRecord.Kind;
import io.labelstream.serde.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayedSpansTest {

    private final List<OutputRecord> written = new ArrayList<>();

    @Test
    void findsNoneWhereNothingWasWrittenTwice() {
        write(Kind.RESULT, 0, 10, 11, 12);

        assertThat(spans(0)).isEmpty();
    }

    @Test
    void findsOneOfEachPartition() {
        write(Kind.RESULT, 0, 10, 11, 12, 13, 12, 13, 14);
        write(Kind.RESULT, 1, 7, 8, 8, 9);

        assertThat(spans(2))
                .containsExactlyInAnyOrder(
                        new Range("reviews", 0, 12, 13), new Range("reviews", 1, 8, 8));
    }

    @Test
    void refusesAHole() {
        write(Kind.RESULT, 0, 10, 11, 12, 10, 12, 13);

        assertThatThrownBy(() -> spans(0))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("has 1 outcomes, in the middle of");
    }

    @Test
    void refusesThreeOfOne() {
        write(Kind.RESULT, 0, 10, 10, 10, 11);

        assertThatThrownBy(() -> spans(0))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("has 3 outcomes");
    }

    @Test
    void refusesWhatWasCommittedBeforeTheCheckpoint() {
        write(Kind.RESULT, 0, 10, 11, 12, 11, 12, 13);

        assertThat(spans(1)).hasSize(1);
        assertThatThrownBy(() -> spans(2))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("committed before the checkpoint");
    }

    /** Killed between the commits of two sinks: dead letters of the newest checkpoint are new. */
    @Test
    void deadLettersAmongResultsNeedNotBeWrittenTwice() {
        write(Kind.RESULT, 0, 10, 12, 13, 10, 12, 13);
        write(Kind.DEAD_LETTER, 0, 11);

        assertThat(spans(0)).containsExactly(new Range("reviews", 0, 10, 13));
    }

    /** With so many of the first records committed before the checkpoint. */
    private List<Range> spans(int before) {
        return ReplayedSpans.in(OutputLog.of(written), written.subList(0, before));
    }

    private void write(Kind kind, int partition, long... offsets) {
        for (long offset : offsets) {
            written.add(
                    new OutputRecord(
                            new SourcePosition("out", 0, written.size()),
                            new SourcePosition("reviews", partition, offset),
                            kind,
                            "feed",
                            partition,
                            offset,
                            "",
                            "",
                            0,
                            ""));
        }
    }
}
