package io.labelstream.streaming.commit;

import java.util.Optional;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * What became of a transaction that the broker will not commit.
 *
 * <p>A transaction is named by id, producer id and epoch. When it ends, Kafka 4 adds one to the
 * epoch (transaction version 2), unless a producer without a history ended it, as one does that
 * commits after a recovery (version 1). When it is aborted from outside, or the id is used again,
 * one is always added, and one more before the next transaction can begin. So a commit that shows
 * under the transaction's own epoch or the next one is this transaction's.
 *
 * <p>At epoch 32766 the broker changes the producer id instead. A transaction there counts as
 * {@link #REPLACED}, which errs on the loud side; the ids are named after checkpoints, so it takes
 * thousands of starts without a single checkpoint to get there.
 */
enum TransactionFate {
    COMMITTED("committed before"),
    ABORTED("aborted by the broker"),
    REPLACED("its id was used again since, so whether it had been committed is not known"),
    FORGOTTEN(
            "the broker does not know it any more (transactional.id.expiration.ms), so whether it had been committed is not known"),
    /** Asking again will tell. */
    UNDECIDED("still open");

    private final String words;

    TransactionFate(String words) {
        this.words = words;
    }

    /**
     * Judges by what the broker knows.
     *
     * @param found nothing where the broker does not know the id
     */
    static TransactionFate of(
            KafkaCommittable committable, Optional<TransactionDescription> found) {
        if (found.isEmpty()) {
            return FORGOTTEN;
        }
        TransactionState state = found.get().state();
        if (state == TransactionState.UNKNOWN) {
            return UNDECIDED;
        }
        ProducerIdentity now = ProducerIdentity.of(found.get());
        int ahead = now.epoch() - committable.getEpoch();
        if (now.producerId() != committable.getProducerId() || ahead < 0 || ahead > 1) {
            return REPLACED;
        }
        return switch (state) {
            case PREPARE_COMMIT, COMPLETE_COMMIT -> COMMITTED;
            case PREPARE_ABORT, COMPLETE_ABORT, PREPARE_EPOCH_FENCE -> ABORTED;
            case ONGOING -> ahead == 0 ? UNDECIDED : REPLACED;
            default -> REPLACED;
        };
    }

    /** Whether it can be said that no reader will see it. */
    boolean isLost() {
        return this == ABORTED;
    }

    @Override
    public String toString() {
        return words;
    }
}
