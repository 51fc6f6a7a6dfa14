package io.labelstream.streaming.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.serde.SourcePosition;
import java.util.Collection;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.connector.kafka.sink.internal.TransactionOwnership;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class GuardedWriterTest {

    private final FakeWriter connector = new FakeWriter();
    private final FakeTransactionAdmin brokers = new FakeTransactionAdmin();

    @Test
    void eachTransactionHasThePositionsWrittenIntoIt() throws Exception {
        GuardedWriter<SourcePosition> writer = writer(null);

        writer.write(new SourcePosition("in", 0, 5), null);
        writer.write(new SourcePosition("in", 0, 9), null);
        assertThat(writer.prepareCommit())
                .containsExactly(Transactions.guarded("t-0-1", new SourceRange("in", 0, 5, 9, 2)));
        assertThat(writer.prepareCommit()).as("nothing was written").isEmpty();
        writer.write(new SourcePosition("in", 0, 10), null);
        assertThat(writer.prepareCommit())
                .containsExactly(
                        Transactions.guarded("t-0-2", new SourceRange("in", 0, 10, 10, 1)));
    }

    @Test
    void claimGoesIntoEachCheckpointOnceItIsConfirmed() throws Exception {
        GuardedWriter<SourcePosition> writer =
                writer(PrefixClaim.open(brokers, "t", "run-1", List.of()));

        writer.prepareCommit();
        assertThat(writer.snapshotState(2))
                .containsExactly(new GuardedWriterState(FakeWriter.STATE, null));
        writer.prepareCommit();
        assertThat(writer.snapshotState(3))
                .containsExactly(
                        new GuardedWriterState(
                                FakeWriter.STATE,
                                new Claim("run-1", new ProducerIdentity(7000, 0))));
        assertThat(writer(null).snapshotState(3))
                .containsExactly(new GuardedWriterState(FakeWriter.STATE, null));
    }

    @Test
    void eachCheckpointLooksWhetherTheClaimHolds() throws Exception {
        GuardedWriter<SourcePosition> writer =
                writer(PrefixClaim.open(brokers, "t", "run-1", List.of()));

        writer.prepareCommit();
        writer.prepareCommit();

        assertThat(brokers.questions()).isEqualTo(2);
    }

    @Test
    void closesWhatItHolds() throws Exception {
        writer(PrefixClaim.open(brokers, "t", "run-1", List.of())).close();

        assertThat(connector.closed).isTrue();
        assertThat(brokers.closed()).isTrue();
    }

    /** Flink ends the whole TaskManager where a failed task cannot be closed. */
    @Test
    void closesThoughTheBrokersAreAway() throws Exception {
        connector.failsToClose = true;

        writer(PrefixClaim.open(brokers, "t", "run-1", List.of())).close();

        assertThat(connector.closed).isTrue();
        assertThat(brokers.closed()).isTrue();
    }

    private GuardedWriter<SourcePosition> writer(PrefixClaim claim) {
        return new GuardedWriter<>(connector, position -> position, claim);
    }

    /** One transaction for each checkpoint in which something was written. */
    private static final class FakeWriter
            implements PrecommittingStatefulSinkWriter<
                    SourcePosition, KafkaWriterState, KafkaCommittable> {

        static final KafkaWriterState STATE =
                new KafkaWriterState(
                        "t", 0, 1, TransactionOwnership.IMPLICIT_BY_SUBTASK_ID, List.of());

        private boolean written;
        private int transactions;
        private boolean closed;
        private boolean failsToClose;

        @Override
        public void write(SourcePosition element, Context context) {
            written = true;
        }

        @Override
        public void flush(boolean endOfInput) {
            // Nothing is buffered.
        }

        @Override
        public Collection<KafkaCommittable> prepareCommit() {
            if (!written) {
                return List.of();
            }
            written = false;
            transactions++;
            return List.of(Transactions.kafka("t-0-" + transactions));
        }

        @Override
        public List<KafkaWriterState> snapshotState(long checkpointId) {
            return List.of(STATE);
        }

        @Override
        public void close() {
            closed = true;
            if (failsToClose) {
                throw new TimeoutException("awaiting EndTxn(false)");
            }
        }
    }
}
