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
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;

class PrefixClaimTest {

    private final FakeTransactionAdmin brokers = new FakeTransactionAdmin();

    @Test
    void runTakesThePrefixOnceAndKeepsItOverRestarts() throws Exception {
        PrefixClaim first = confirmed("run-1");

        PrefixClaim restarted = open("run-1", first.claim());

        assertThat(first.claim()).isEqualTo(new Claim("run-1", new ProducerIdentity(7000, 0)));
        assertThat(restarted.claim()).isEqualTo(first.claim());
        assertThatCode(() -> look(first)).doesNotThrowAnyException();
    }

    @Test
    void olderRunEndsAtTheCheckpointAfterTheNewerTookOver() throws Exception {
        PrefixClaim older = confirmed("run-1");
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
        Claim older = confirmed("run-1").claim();
        PrefixClaim newer = open("run-2");

        assertThatThrownBy(() -> open("run-1", older))
                .isInstanceOf(SuppressRestartsException.class)
                .hasCauseInstanceOf(PrefixTakenException.class);
        assertThat(brokers.closed()).isTrue();
        assertThatCode(() -> look(newer)).doesNotThrowAnyException();
    }

    /** A request of its own that arrives late raises the epoch as another job does. */
    @Test
    void claimLostBeforeItWasConfirmedIsTakenAgain() throws Exception {
        PrefixClaim early = open("run-1");
        brokers.put("tagger-results-owner", TransactionState.EMPTY, 7000, 1);

        assertThatThrownBy(() -> look(early))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Transactional id tagger-results-owner has producer 7000, epoch 1; expected producer 7000, epoch 0, as this start took it. The job starts again. If another job has the same output.transactional-id-prefix, give each one of its own.");
        assertThat(early.claim()).as("no checkpoint holds it").isNull();
        PrefixClaim again = confirmed("run-1");
        assertThat(again.claim().holder()).isEqualTo(new ProducerIdentity(7000, 2));
    }

    @Test
    void oneOfTwoRunsThatStartTogetherEnds() throws Exception {
        PrefixClaim first = open("run-1");
        PrefixClaim second = confirmed("run-2");
        assertThatThrownBy(() -> look(first)).isInstanceOf(IOException.class);

        PrefixClaim firstAgain = confirmed("run-1");

        assertThatThrownBy(() -> look(second)).isInstanceOf(SuppressRestartsException.class);
        assertThatCode(() -> look(firstAgain)).doesNotThrowAnyException();
    }

    @Test
    void idThatTheBrokerForgotIsNobodyElses() throws Exception {
        PrefixClaim claim = confirmed("run-1");
        brokers.forget("tagger-results-owner");

        assertThatCode(() -> look(claim)).doesNotThrowAnyException();
        assertThat(open("run-1", claim.claim()).claim()).isEqualTo(claim.claim());

        PrefixClaim unused = confirmed("run-2");
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
    private static void look(PrefixClaim claim) throws IOException {
        claim.check();
        claim.check();
    }

    private PrefixClaim confirmed(String run) throws IOException, InterruptedException {
        PrefixClaim claim = open(run);
        look(claim);
        return claim;
    }

    private PrefixClaim open(String run, Claim... restored)
            throws IOException, InterruptedException {
        return PrefixClaim.open(brokers, "tagger-results", run, List.of(restored));
    }
}
