package io.labelstream.streaming.commit;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;

/** Transactions as the job and the broker know them: producer 4000, written at epoch 6. */
final class Transactions {

    static final long PRODUCER = 4000;
    static final short EPOCH = 6;

    private Transactions() {}

    static KafkaCommittable kafka(String id) {
        return new KafkaCommittable(PRODUCER, EPOCH, id, null);
    }

    static GuardedCommittable guarded(String id, SourceRange... positions) {
        return new GuardedCommittable(kafka(id), List.of(positions));
    }

    static TransactionDescription description(TransactionState state, long producer, int epoch) {
        return new TransactionDescription(
                1, state, producer, epoch, 900_000, OptionalLong.empty(), Set.of());
    }

    static Optional<TransactionDescription> found(TransactionState state, int epoch) {
        return Optional.of(description(state, PRODUCER, epoch));
    }
}
