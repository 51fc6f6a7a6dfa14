package io.labelstream.streaming.commit;

import io.labelstream.serde.SourcePosition;
import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.util.function.SerializableFunction;

/**
 * A Kafka sink with at-least-once delivery that can go on from a savepoint of a {@link
 * GuardedSink}, and the other way round: both have the same state. What the exactly-once job left
 * to commit is committed, or its loss reported; the source does not read it again.
 *
 * @param <T> type of the messages
 */
public final class AtLeastOnceSink<T>
        implements SupportsWriterState<T, GuardedWriterState>,
                SupportsCommitter<GuardedCommittable>,
                LineageVertexProvider,
                Sink<T> {
    private static final long serialVersionUID = 1L;

    private final KafkaSink<T> connector;
    private final SerializableFunction<T, SourcePosition> source;
    private final GuardedSink<T> exactlyOnce;

    /**
     * Wraps a sink.
     *
     * @param connector with at-least-once delivery
     * @param source which message a written one was made of
     * @param exactlyOnce commits what a savepoint holds; writes nothing
     */
    public AtLeastOnceSink(
            KafkaSink<T> connector,
            SerializableFunction<T, SourcePosition> source,
            GuardedSink<T> exactlyOnce) {
        this.connector = connector;
        this.source = source;
        this.exactlyOnce = exactlyOnce;
    }

    @Override
    public GuardedWriter<T> createWriter(WriterInitContext context) throws IOException {
        return new GuardedWriter<>(connector.createWriter(context), source, null);
    }

    /** Only writers of transactions have anything to restore. */
    @Override
    public GuardedWriter<T> restoreWriter(
            WriterInitContext context, Collection<GuardedWriterState> restored) throws IOException {
        return createWriter(context);
    }

    @Override
    public SimpleVersionedSerializer<GuardedWriterState> getWriterStateSerializer() {
        return exactlyOnce.getWriterStateSerializer();
    }

    @Override
    public Committer<GuardedCommittable> createCommitter(CommitterInitContext context) {
        return exactlyOnce.createCommitter(context);
    }

    @Override
    public SimpleVersionedSerializer<GuardedCommittable> getCommittableSerializer() {
        return exactlyOnce.getCommittableSerializer();
    }

    @Override
    public LineageVertex getLineageVertex() {
        return connector.getLineageVertex();
    }
}
