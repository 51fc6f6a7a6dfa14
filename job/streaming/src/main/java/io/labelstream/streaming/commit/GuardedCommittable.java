package io.labelstream.streaming.commit;

import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;

/**
 * A transaction to commit, and what is in it.
 *
 * @param transaction the connector's own; within a task it holds the producer that wrote
 * @param positions whose results it holds; empty if a savepoint from before they were noted
 */
public record GuardedCommittable(KafkaCommittable transaction, List<SourceRange> positions) {

    long messages() {
        return positions.stream().mapToLong(SourceRange::messages).sum();
    }

    /** The transaction alone: Flink quotes this in exceptions, and positions can be many. */
    @Override
    public String toString() {
        return "%s (producer %d, epoch %d)"
                .formatted(
                        transaction.getTransactionalId(),
                        transaction.getProducerId(),
                        transaction.getEpoch());
    }
}
