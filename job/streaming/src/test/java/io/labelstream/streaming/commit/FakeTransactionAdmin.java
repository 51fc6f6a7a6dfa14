package io.labelstream.streaming.commit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;

/** A broker with one coordinator, which answers at once unless a test holds it back. */
final class FakeTransactionAdmin implements TransactionAdmin {

    private final Map<String, TransactionDescription> known = new HashMap<>();
    private CompletableFuture<Optional<TransactionDescription>> instead;
    private int questions;
    private boolean closed;

    void put(String id, TransactionState state, long producer, int epoch) {
        known.put(id, Transactions.description(state, producer, epoch));
    }

    void forget(String id) {
        known.remove(id);
    }

    /** Gives this answer to what is asked from now on; null for the true one. */
    void answer(CompletableFuture<Optional<TransactionDescription>> instead) {
        this.instead = instead;
    }

    int questions() {
        return questions;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public CompletableFuture<Optional<TransactionDescription>> describe(String id) {
        questions++;
        return instead != null
                ? instead
                : CompletableFuture.completedFuture(Optional.ofNullable(known.get(id)));
    }

    @Override
    public CompletableFuture<ProducerIdentity> fence(String id) {
        if (instead != null) {
            return instead.thenApply(description -> ProducerIdentity.of(description.orElseThrow()));
        }
        TransactionDescription before = known.get(id);
        put(
                id,
                TransactionState.EMPTY,
                before == null ? 7000 : before.producerId(),
                before == null ? 0 : before.producerEpoch() + 1);
        return CompletableFuture.completedFuture(ProducerIdentity.of(known.get(id)));
    }

    @Override
    public void close() {
        closed = true;
    }
}
