package io.labelstream.streaming.commit;

import io.labelstream.serde.SourcePosition;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.util.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes by the connector's writer and notes the source position of each message, for each
 * transaction anew. Positions need no place in the writer's own state: what was written since the
 * last checkpoint is aborted by a recovery, and read again. Used by the task thread.
 *
 * @param <T> type of the messages
 */
final class GuardedWriter<T>
        implements StatefulSinkWriter<T, GuardedWriterState>,
                CommittingSinkWriter<T, GuardedCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedWriter.class);

    private final PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> connector;
    private final Function<T, SourcePosition> source;
    private final PrefixClaim claim;
    private final SourceRanges ranges = new SourceRanges();

    /**
     * Guards a writer, and closes it.
     *
     * @param claim null in all subtasks but one
     */
    GuardedWriter(
            PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> connector,
            Function<T, SourcePosition> source,
            PrefixClaim claim) {
        this.connector = connector;
        this.source = source;
        this.claim = claim;
    }

    @Override
    public void write(T message, Context context) throws IOException, InterruptedException {
        connector.write(message, context);
        ranges.add(source.apply(message));
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        connector.flush(endOfInput);
    }

    @Override
    public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
        connector.writeWatermark(watermark);
    }

    @Override
    public Collection<GuardedCommittable> prepareCommit() throws IOException, InterruptedException {
        if (claim != null) {
            claim.check();
        }
        List<SourceRange> positions = ranges.take();
        // The connector has one transaction open, so this is one committable at most.
        return connector.prepareCommit().stream()
                .map(transaction -> new GuardedCommittable(transaction, positions))
                .toList();
    }

    @Override
    public List<GuardedWriterState> snapshotState(long checkpointId) throws IOException {
        Claim held = claim == null ? null : claim.claim();
        return connector.snapshotState(checkpointId).stream()
                .map(state -> new GuardedWriterState(state, held))
                .toList();
    }

    /**
     * Never throws: Flink ends the whole TaskManager, with the jobs of others on it, where a task
     * that has failed cannot be closed. The connector aborts its open transaction here, which fails
     * after a minute where the brokers are away (the next start aborts it as well, or Kafka does),
     * and tells what it could not send, on which no checkpoint counts.
     */
    @Override
    public void close() {
        try {
            IOUtils.closeAll(connector, claim);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("A Kafka writer met an error while it was closed; nothing is lost by that", e);
        }
    }
}
