package io.labelstream.streaming.source;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/**
 * Reads by the connector's reader; a failure for want of messages ends the job, as a restart would
 * only meet the same again. Used by the task thread.
 *
 * @param <T> type of the messages
 */
final class GuardedReader<T> implements SourceReader<T, KafkaPartitionSplit> {

    private final SourceReader<T, KafkaPartitionSplit> connector;
    private final UnaryOperator<List<KafkaPartitionSplit>> numbered;

    /**
     * Guards a reader.
     *
     * @param numbered says of splits by number where they begin
     */
    GuardedReader(
            SourceReader<T, KafkaPartitionSplit> connector,
            UnaryOperator<List<KafkaPartitionSplit>> numbered) {
        this.connector = connector;
        this.numbered = numbered;
    }

    @Override
    public void start() {
        connector.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
        try {
            return connector.pollNext(output);
        } catch (RuntimeException e) {
            Optional<OffsetOutOfRangeException> missing =
                    ExceptionUtils.findThrowable(e, OffsetOutOfRangeException.class);
            if (missing.isPresent()) {
                throw new SuppressRestartsException(
                        new MissingMessagesException(missing.get().offsetOutOfRangePartitions()));
            }
            throw e;
        }
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        return connector.snapshotState(checkpointId);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return connector.isAvailable();
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
        connector.addSplits(numbered.apply(splits));
    }

    @Override
    public void notifyNoMoreSplits() {
        connector.notifyNoMoreSplits();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        connector.handleSourceEvents(event);
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
        connector.pauseOrResumeSplits(pause, resume);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        connector.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        connector.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void close() throws Exception {
        connector.close();
    }
}
