package io.labelstream.streaming.commit;

/** Another job was started with this one's transactional id prefix. */
public final class PrefixTakenException extends Exception {
    private static final long serialVersionUID = 1L;

    PrefixTakenException(String transactionalId, ProducerIdentity own, ProducerIdentity found) {
        super(
                "Another job was started with this job's output.transactional-id-prefix: transactional id %s has producer %d, epoch %d; expected producer %d, epoch %d. Each would abort the other's transactions, so this one, the older, ends. Give each job a prefix of its own; if the other is this job started again, all is well."
                        .formatted(
                                transactionalId,
                                found.producerId(),
                                found.epoch(),
                                own.producerId(),
                                own.epoch()));
    }
}
