package io.labelstream.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.endtoend.faults.GuaranteeChecker.Range;
import org.junit.jupiter.api.Test;

class ReportedLossTest {

    @Test
    void readsEachRangeOnce() {
        ReportedLoss loss =
                ReportedLoss.in(
                        """
                        ERROR Results are lost: ...; it holds the results of reviews-0: 1 message, offset 7, reviews-2: 113 messages from offset 120 to 240
                        FAILED ... reviews-2: 113 messages from offset 120 to 240; and more
                        """);

        assertThat(loss.messages()).isEqualTo(114);
        assertThat(loss.ranges())
                .containsExactly(new Range("reviews", 0, 7, 7), new Range("reviews", 2, 120, 240));
    }

    @Test
    void readsNothingWhereNothingIsNamed() {
        assertThat(ReportedLoss.in("Checkpoint 7 took 3 ms").messages()).isZero();
    }
}
