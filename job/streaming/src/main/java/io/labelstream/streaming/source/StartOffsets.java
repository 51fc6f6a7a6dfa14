package io.labelstream.streaming.source;

import java.util.Collection;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Begins where another initializer says, but does not let it decide what happens later, where Kafka
 * does not have the messages that come next. The connector's own {@code earliest} would pass over
 * them in silence, {@code latest} and {@code timestamp} would even jump to the end.
 */
public final class StartOffsets implements OffsetsInitializer {
    private static final long serialVersionUID = 1L;

    private final OffsetsInitializer start;
    private final MissingMessages missing;

    public StartOffsets(OffsetsInitializer start, MissingMessages missing) {
        this.start = start;
        this.missing = missing;
    }

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
            Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
        return start.getPartitionOffsets(partitions, retriever);
    }

    @Override
    @SuppressWarnings("deprecation") // The connector's own interface gives this type.
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
        return missing == MissingMessages.FAIL
                ? OffsetResetStrategy.NONE
                : OffsetResetStrategy.EARLIEST;
    }
}
