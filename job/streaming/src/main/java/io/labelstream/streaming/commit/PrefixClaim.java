package io.labelstream.streaming.commit;

import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two jobs from writing under one transactional id prefix in silence. A run takes the id
 * {@code PREFIX-owner}, which raises its epoch at the broker; whoever finds another epoch there
 * than its own has been succeeded by a later run, and ends for good. Nothing is written under that
 * id. The connector's own ids end in numbers, so none is equal.
 *
 * <p>A run takes the prefix once. Restarts after failures find the claim in their checkpoint and
 * only look whether it still holds: were they to take it again, two jobs that abort each other's
 * transactions would also take turns as owners for ever. So an attempt that still closes while the
 * next one opens cannot be mistaken for another job; and what an attempt says that Flink has given
 * up already, no longer counts.
 *
 * <p>A new claim is confirmed by the first look after it; only then do checkpoints hold it. Until
 * then another epoch may be due to a request of this run's own that the network delivered late, so
 * it is an ordinary failure, and the next attempt takes the prefix again. Two jobs do not take
 * turns by this: before one of them takes it again, the other has looked, and is confirmed.
 *
 * <p>The broker forgets an id that is not used for a week or so; that nobody has it means that
 * nobody took it. Used by the task thread of one subtask.
 */
final class PrefixClaim implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PrefixClaim.class);

    private final TransactionAdmin admin;
    private final String transactionalId;
    private final Claim claim;
    private boolean confirmed;
    private CompletableFuture<Optional<TransactionDescription>> answer;

    private PrefixClaim(
            TransactionAdmin admin, String transactionalId, Claim claim, boolean confirmed) {
        this.admin = admin;
        this.transactionalId = transactionalId;
        this.claim = claim;
        this.confirmed = confirmed;
    }

    /**
     * Takes a prefix for a run, or looks whether it still has it.
     *
     * @param admin closed by {@link #close}, or here on failure
     * @param run tells one submission of a job from another
     * @param restored claims that a checkpoint holds, of any run
     * @throws SuppressRestartsException if a later run has taken the prefix
     * @throws IOException if the brokers do not answer
     */
    static PrefixClaim open(
            TransactionAdmin admin, String prefix, String run, Collection<Claim> restored)
            throws IOException, InterruptedException {
        String id = prefix + "-owner";
        try {
            Optional<Claim> own =
                    restored.stream().filter(claim -> claim.run().equals(run)).findFirst();
            if (own.isEmpty()) {
                ProducerIdentity holder =
                        TransactionAdmin.await(
                                admin.fence(id), "whether transactional id " + id + " can be had");
                return new PrefixClaim(admin, id, new Claim(run, holder), false);
            }
            PrefixClaim kept = new PrefixClaim(admin, id, own.get(), true);
            kept.judge(
                    TransactionAdmin.await(admin.describe(id), "who has transactional id " + id));
            return kept;
        } catch (IOException | InterruptedException | RuntimeException e) {
            admin.close();
            throw e;
        }
    }

    /** For the next checkpoint; null until it is confirmed. */
    Claim claim() {
        return confirmed ? claim : null;
    }

    /**
     * Looks at the answer to the last call's question and asks anew; never waits.
     *
     * @throws SuppressRestartsException if a later run has taken the prefix
     * @throws IOException if the claim was lost before it was confirmed
     */
    void check() throws IOException {
        if (answer != null && !answer.isDone()) {
            return;
        }
        if (answer != null) {
            try {
                judge(answer.join());
            } catch (CompletionException | CancellationException e) {
                LOG.warn(
                        "Kafka does not say who has transactional id {}; the next checkpoint asks again.",
                        transactionalId,
                        e);
            }
        }
        answer = admin.describe(transactionalId);
    }

    private void judge(Optional<TransactionDescription> found) throws IOException {
        ProducerIdentity holder = found.map(ProducerIdentity::of).orElse(claim.holder());
        if (holder.equals(claim.holder())) {
            confirmed = true;
            return;
        }
        if (confirmed) {
            throw new SuppressRestartsException(
                    new PrefixTakenException(transactionalId, claim.holder(), holder));
        }
        throw new IOException(
                "Transactional id %s has producer %d, epoch %d; expected producer %d, epoch %d, as this start took it. The job starts again. If another job has the same output.transactional-id-prefix, give each one of its own."
                        .formatted(
                                transactionalId,
                                holder.producerId(),
                                holder.epoch(),
                                claim.holder().producerId(),
                                claim.holder().epoch()));
    }

    @Override
    public void close() {
        admin.close();
    }
}
