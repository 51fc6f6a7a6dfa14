package io.labelstream.streaming.commit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits by the connector's committer. Where the broker refuses for good, asks it what became of
 * the transaction: one that had been committed before, as normal recoveries meet, is none to worry
 * about; any other is a loss. Without an answer there is no verdict, and the job starts again. Used
 * by the task thread.
 */
final class GuardedCommitter implements Committer<GuardedCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedCommitter.class);

    private final Committer<KafkaCommittable> connector;
    private final Supplier<TransactionAdmin> brokers;
    private final LossReport losses;

    GuardedCommitter(
            Committer<KafkaCommittable> connector,
            Supplier<TransactionAdmin> brokers,
            LossReport losses) {
        this.connector = connector;
        this.brokers = brokers;
        this.losses = losses;
    }

    @Override
    public void commit(Collection<CommitRequest<GuardedCommittable>> requests)
            throws IOException, InterruptedException {
        List<GuardedRequest> guarded = requests.stream().map(GuardedRequest::new).toList();
        connector.commit(List.copyOf(guarded));
        List<GuardedRequest> refused =
                guarded.stream().filter(request -> request.refusal() != null).toList();
        if (!refused.isEmpty()) {
            settle(fates(refused));
        }
    }

    /** All are known before any is acted upon, so that a report of losses is complete. */
    private Map<GuardedRequest, TransactionFate> fates(List<GuardedRequest> refused)
            throws IOException, InterruptedException {
        Map<GuardedRequest, CompletableFuture<Optional<TransactionDescription>>> answers =
                new LinkedHashMap<>();
        Map<GuardedRequest, TransactionFate> fates = new LinkedHashMap<>();
        try (TransactionAdmin admin = brokers.get()) {
            for (GuardedRequest request : refused) {
                answers.put(request, admin.describe(request.getCommittable().getTransactionalId()));
            }
            for (GuardedRequest request : refused) {
                String question = "what became of transaction " + request;
                TransactionFate fate =
                        TransactionFate.of(
                                request.getCommittable(),
                                TransactionAdmin.await(answers.get(request), question));
                if (fate == TransactionFate.UNDECIDED) {
                    throw new IOException(
                            "Kafka refused to commit transaction %s, yet says that it is open. The job starts again and commits it then."
                                    .formatted(request),
                            request.refusal());
                }
                fates.put(request, fate);
            }
        }
        return fates;
    }

    private void settle(Map<GuardedRequest, TransactionFate> fates) {
        List<LostTransaction> lost = new ArrayList<>();
        fates.forEach(
                (request, fate) -> {
                    if (fate == TransactionFate.COMMITTED) {
                        LOG.info(
                                "Nothing is lost: transaction {} had been committed before, whatever the connector says of it.",
                                request);
                        request.request().signalAlreadyCommitted();
                    } else {
                        request.request().signalFailedWithKnownReason(request.refusal());
                        lost.add(new LostTransaction(request.request().getCommittable(), fate));
                    }
                });
        if (!lost.isEmpty()) {
            losses.add(lost);
        }
    }

    @Override
    public void close() throws Exception {
        connector.close();
    }
}
