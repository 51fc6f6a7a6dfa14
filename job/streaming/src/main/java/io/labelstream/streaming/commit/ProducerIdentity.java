package io.labelstream.streaming.commit;

import org.apache.kafka.clients.admin.TransactionDescription;

/** Who may use a transactional id: each start and each transaction under it gets a new epoch. */
record ProducerIdentity(long producerId, int epoch) {

    static ProducerIdentity of(TransactionDescription description) {
        return new ProducerIdentity(description.producerId(), description.producerEpoch());
    }
}
