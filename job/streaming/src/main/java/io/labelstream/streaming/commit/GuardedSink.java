package io.labelstream.streaming.commit;

import io.labelstream.serde.SourcePosition;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.util.function.SerializableFunction;

/**
 * A Kafka sink with exactly-once delivery that never loses results in silence.
 *
 * <p>The connector itself only counts a commit that Kafka refuses for good, and the job goes on
 * without what was in it. Here the broker is then asked what became of the transaction, and a loss
 * is reported with the source positions of its messages ({@link LostResultsException}). The sink
 * also notices when another job was started with its prefix ({@link PrefixTakenException}).
 *
 * @param <T> type of the messages
 */
public final class GuardedSink<T>
        implements SupportsWriterState<T, GuardedWriterState>,
                SupportsCommitter<GuardedCommittable>,
                SupportsPostCommitTopology<GuardedCommittable>,
                LineageVertexProvider,
                Sink<T> {
    private static final long serialVersionUID = 1L;

    private final KafkaSink<T> connector;
    private final Properties producer;
    private final String prefix;
    private final SerializableFunction<T, SourcePosition> source;
    private final LostResults policy;

    /** Travels with the job, so all restarts of one submission have the same. */
    private final String run = UUID.randomUUID().toString();

    /**
     * Guards a sink.
     *
     * @param connector with exactly-once delivery
     * @param producer its producers' properties, for the connection
     * @param prefix its transactional id prefix; no other sink of the Kafka cluster may have it
     * @param source which message a written one was made of
     * @param policy what to do about losses
     */
    public GuardedSink(
            KafkaSink<T> connector,
            Properties producer,
            String prefix,
            SerializableFunction<T, SourcePosition> source,
            LostResults policy) {
        this.connector = connector;
        this.producer = producer;
        this.prefix = prefix;
        this.source = source;
        this.policy = policy;
    }

    @Override
    public GuardedWriter<T> createWriter(WriterInitContext context) throws IOException {
        return restoreWriter(context, List.of());
    }

    @Override
    public GuardedWriter<T> restoreWriter(
            WriterInitContext context, Collection<GuardedWriterState> restored) throws IOException {
        PrefixClaim claim = claim(context, restored);
        try {
            return new GuardedWriter<>(
                    connector.restoreWriter(
                            context, restored.stream().map(GuardedWriterState::connector).toList()),
                    source,
                    claim);
        } catch (RuntimeException | Error e) {
            if (claim != null) {
                claim.close();
            }
            throw e;
        }
    }

    /** One subtask stands for all. */
    private PrefixClaim claim(WriterInitContext context, Collection<GuardedWriterState> restored)
            throws IOException {
        if (context.getTaskInfo().getIndexOfThisSubtask() != 0) {
            return null;
        }
        List<Claim> claims =
                restored.stream().map(GuardedWriterState::claim).filter(Objects::nonNull).toList();
        try {
            return PrefixClaim.open(new KafkaTransactionAdmin(producer), prefix, run, claims);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while asking Kafka who has prefix " + prefix, e);
        }
    }

    @Override
    public SimpleVersionedSerializer<GuardedWriterState> getWriterStateSerializer() {
        return new GuardedWriterStateSerializer(connector.getWriterStateSerializer());
    }

    @Override
    public Committer<GuardedCommittable> createCommitter(CommitterInitContext context) {
        return new GuardedCommitter(
                connector.createCommitter(context),
                () -> new KafkaTransactionAdmin(producer),
                new LossReport(prefix, policy, context.metricGroup()));
    }

    @Override
    public SimpleVersionedSerializer<GuardedCommittable> getCommittableSerializer() {
        return new GuardedCommittableSerializer(connector.getCommittableSerializer());
    }

    /** The connector puts writer and committer on one machine here, and never looks inside. */
    @Override
    @SuppressWarnings("unchecked") // See above: no committable is touched.
    public void addPostCommitTopology(
            DataStream<CommittableMessage<GuardedCommittable>> committed) {
        connector.addPostCommitTopology(
                (DataStream<CommittableMessage<KafkaCommittable>>) (DataStream<?>) committed);
    }

    @Override
    public LineageVertex getLineageVertex() {
        return connector.getLineageVertex();
    }
}
