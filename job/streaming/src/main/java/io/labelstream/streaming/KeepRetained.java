package io.labelstream.streaming;

import java.util.Collection;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Begins where another initializer says, but does not let it decide what happens later: a job that
 * was away for so long that Kafka has deleted where it would go on reads all that is still there.
 * The connector's own {@code latest} and {@code timestamp} would jump to the end, in silence.
 */
final class KeepRetained implements OffsetsInitializer {
    private static final long serialVersionUID = 1L;

    private final OffsetsInitializer start;

    KeepRetained(OffsetsInitializer start) {
        this.start = start;
    }

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
            Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
        return start.getPartitionOffsets(partitions, retriever);
    }

    @Override
    @SuppressWarnings("deprecation") // The connector's own interface gives this type.
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
        return OffsetResetStrategy.EARLIEST;
    }
}
