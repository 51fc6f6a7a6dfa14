package io.labelstream.streaming.commit;

import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says and counts what a sink lost, and ends the job if that is what its settings ask for. Used by
 * the task thread.
 */
final class LossReport {

    private static final Logger LOG = LoggerFactory.getLogger(LossReport.class);

    private final String sink;
    private final LostResults policy;
    private final Counter transactions;
    private final Counter messages;

    LossReport(String sink, LostResults policy, MetricGroup metrics) {
        this.sink = sink;
        this.policy = policy;
        MetricGroup group = metrics.addGroup("labelstream");
        this.transactions = group.counter("lostTransactions");
        this.messages = group.counter("lostMessages");
    }

    /**
     * Reports losses.
     *
     * @param lost at least one
     * @throws SuppressRestartsException for {@link LostResults#FAIL}: a restart would only meet the
     *     same again
     */
    void add(List<LostTransaction> lost) {
        for (LostTransaction transaction : lost) {
            LOG.error(
                    "{}: {}",
                    LostTransaction.verdict(List.of(transaction)),
                    transaction.describe(Integer.MAX_VALUE));
            transactions.inc();
            messages.inc(transaction.committable().messages());
        }
        if (policy == LostResults.FAIL) {
            throw new SuppressRestartsException(new LostResultsException(sink, lost));
        }
    }
}
