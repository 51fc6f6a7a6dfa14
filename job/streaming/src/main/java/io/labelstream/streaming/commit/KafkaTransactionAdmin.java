package io.labelstream.streaming.commit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FenceProducersResult;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/** {@link TransactionAdmin} by Kafka's own client, with the connection settings of a producer. */
final class KafkaTransactionAdmin implements TransactionAdmin {

    private final Admin admin;

    KafkaTransactionAdmin(Properties producer) {
        this.admin = Admin.create(producer);
    }

    @Override
    public CompletableFuture<Optional<TransactionDescription>> describe(String transactionalId) {
        return future(
                        admin.describeTransactions(List.of(transactionalId))
                                .description(transactionalId))
                .handle(KafkaTransactionAdmin::knownOrNot);
    }

    private static Optional<TransactionDescription> knownOrNot(
            TransactionDescription description, Throwable failure) {
        if (failure == null) {
            return Optional.of(description);
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof TransactionalIdNotFoundException) {
            return Optional.empty();
        }
        throw new CompletionException(cause);
    }

    @Override
    public CompletableFuture<ProducerIdentity> fence(String transactionalId) {
        FenceProducersResult result = admin.fenceProducers(List.of(transactionalId));
        return future(result.producerId(transactionalId))
                .thenCombine(
                        future(result.epochId(transactionalId)),
                        (producer, epoch) -> new ProducerIdentity(producer, epoch));
    }

    private static <T> CompletableFuture<T> future(KafkaFuture<T> future) {
        return future.toCompletionStage().toCompletableFuture();
    }

    @Override
    public void close() {
        // Nobody waits for an answer any more.
        admin.close(Duration.ZERO);
    }
}
