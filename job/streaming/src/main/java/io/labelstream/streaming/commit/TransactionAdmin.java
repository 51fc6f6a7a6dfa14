package io.labelstream.streaming.commit;

import io.labelstream.streaming.RootCause;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.TransactionDescription;

/** Asks the brokers about transactional ids. Answers come on a thread of the Kafka client. */
interface TransactionAdmin extends AutoCloseable {

    /** How long a task waits for an answer that it cannot go on without. */
    Duration PATIENCE = Duration.ofSeconds(30);

    /** What the broker knows of an id now; nothing where it does not know the id. */
    CompletableFuture<Optional<TransactionDescription>> describe(String transactionalId);

    /** Takes an id: whoever had it before can write under it no more. */
    CompletableFuture<ProducerIdentity> fence(String transactionalId);

    @Override
    void close();

    /**
     * Waits for an answer.
     *
     * @param question what it is about, for the error
     * @throws IOException if the brokers refuse it or do not answer in time
     */
    static <T> T await(CompletableFuture<T> answer, String question)
            throws IOException, InterruptedException {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unanswered(question, RootCause.message(e), e);
        } catch (TimeoutException e) {
            throw unanswered(question, "no answer within %d s".formatted(PATIENCE.toSeconds()), e);
        }
    }

    private static IOException unanswered(String question, String why, Exception cause) {
        return new IOException(
                "Kafka does not say %s: %s. The job starts again and asks anew. If this lasts, see that the brokers answer, and that this user may Describe and Write the transactional ids that begin with output.transactional-id-prefix."
                        .formatted(question, why),
                cause);
    }
}
