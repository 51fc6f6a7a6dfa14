package io.labelstream.streaming.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;

class PrefixClaimTest {

    private final FakeTransactionAdmin brokers = new FakeTransactionAdmin();

    @Test
    void runTakesThePrefixOnceAndKeepsItOverRestarts() throws Exception {
        PrefixClaim first = open("run-1");

        PrefixClaim restarted = open("run-1", first.claim());

        assertThat(first.claim()).isEqualTo(new Claim("run-1", new ProducerIdentity(7000, 0)));
        assertThat(restarted.claim()).isEqualTo(first.claim());
        assertThatCode(() -> look(first)).doesNotThrowAnyException();
    }

    @Test
    void olderRunEndsAtTheCheckpointAfterTheNewerTookOver() throws Exception {
        PrefixClaim older = open("run-1");
        PrefixClaim newer = open("run-2", older.claim());

        assertThatThrownBy(() -> look(older))
                .isInstanceOf(SuppressRestartsException.class)
                .cause()
                .isInstanceOf(PrefixTakenException.class)
                .hasMessage(
                        "Another job was started with this job's output.transactional-id-prefix: transactional id tagger-results-owner has producer 7000, epoch 1; expected producer 7000, epoch 0. Each would abort the other's transactions, so this one, the older, ends. Give each job a prefix of its own; if the other is this job started again, all is well.");
        assertThatCode(() -> look(newer)).doesNotThrowAnyException();
    }

    @Test
    void olderRunDoesNotTakeItBackWhenItRestarts() throws Exception {
        Claim older = open("run-1").claim();
        PrefixClaim newer = open("run-2");

        assertThatThrownBy(() -> open("run-1", older))
                .isInstanceOf(SuppressRestartsException.class)
                .hasCauseInstanceOf(PrefixTakenException.class);
        assertThat(brokers.closed()).isTrue();
        assertThatCode(() -> look(newer)).doesNotThrowAnyException();
    }

    @Test
    void idThatTheBrokerForgotIsNobodyElses() throws Exception {
        PrefixClaim claim = open("run-1");
        brokers.forget("tagger-results-owner");

        assertThatCode(() -> look(claim)).doesNotThrowAnyException();
        assertThat(open("run-1", claim.claim()).claim()).isEqualTo(claim.claim());

        PrefixClaim unused = open("run-2");
        assertThat(unused.claim().holder()).isEqualTo(new ProducerIdentity(7000, 0));
    }

    @Test
    void checkpointsNeverWaitForTheBroker() throws Exception {
        PrefixClaim claim = open("run-1");
        CompletableFuture<Optional<TransactionDescription>> late = new CompletableFuture<>();
        brokers.answer(late);

        claim.check();
        claim.check();
        assertThat(brokers.questions()).as("one question at a time").isEqualTo(1);

        late.completeExceptionally(new TimeoutException("no node"));
        claim.check();
        assertThat(brokers.questions()).as("no verdict, and asked again").isEqualTo(2);
    }

    @Test
    void startWaitsForAnAnswer() {
        brokers.answer(
                CompletableFuture.failedFuture(
                        new TransactionalIdAuthorizationException("not allowed")));

        assertThatThrownBy(() -> open("run-1"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "Kafka does not say whether transactional id tagger-results-owner can be had: not allowed.")
                .hasMessageContaining("may Describe and Write");
        assertThat(brokers.closed()).isTrue();
    }

    /** The first call asks, the second one looks at the answer. */
    private static void look(PrefixClaim claim) {
        claim.check();
        claim.check();
    }

    private PrefixClaim open(String run, Claim... restored)
            throws IOException, InterruptedException {
        return PrefixClaim.open(brokers, "tagger-results", run, List.of(restored));
    }
}
