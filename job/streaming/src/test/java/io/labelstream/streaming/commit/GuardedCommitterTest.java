package io.labelstream.streaming.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;

class GuardedCommitterTest {

    private static final SourceRange REVIEWS = new SourceRange("reviews", 2, 120, 240, 113);
    private static final SourceRange CHATS = new SourceRange("chats", 0, 7, 7, 1);

    private final FakeTransactionAdmin brokers = new FakeTransactionAdmin();
    private final Map<String, Counter> counters = new HashMap<>();
    private final FakeCommitter connector = new FakeCommitter();

    @Test
    void committedTransactionsNeedNoQuestion() throws Exception {
        FakeRequest request = request("t-0-7");

        committer(LostResults.FAIL).commit(List.of(request));

        assertThat(request.told()).isEqualTo("nothing");
        assertThat(brokers.questions()).isZero();
    }

    @Test
    void fencedCommitOfWhatWasCommittedBeforeIsNoLoss() throws Exception {
        FakeRequest request = request("t-0-7");
        connector.refuse("t-0-7", new ProducerFencedException("fenced"));
        brokers.put("t-0-7", TransactionState.COMPLETE_COMMIT, 4000, 7);

        committer(LostResults.FAIL).commit(List.of(request));

        assertThat(request.told()).isEqualTo("already committed");
        assertThat(count("lostTransactions")).isZero();
        assertThat(brokers.closed()).isTrue();
    }

    @Test
    void lossEndsTheJobAndNamesAllOfIt() {
        FakeRequest aborted = request("t-0-7", CHATS, REVIEWS);
        FakeRequest forgotten = request("t-0-8", REVIEWS);
        FakeRequest committed = request("t-1-7", REVIEWS);
        connector.refuse("t-0-7", new InvalidTxnStateException("aborted"));
        connector.forget("t-0-8");
        brokers.put("t-0-7", TransactionState.COMPLETE_ABORT, 4000, 7);

        assertThatThrownBy(
                        () ->
                                committer(LostResults.FAIL)
                                        .commit(List.of(aborted, forgotten, committed)))
                .isInstanceOf(SuppressRestartsException.class)
                .cause()
                .isInstanceOf(LostResultsException.class)
                .hasNoCause()
                .hasMessage(
                        """
                        Results are lost, or not known to be committed: sink tagger-results could not commit what a checkpoint had counted as done. \
                        t-0-7 (producer 4000, epoch 6): aborted by the broker; it holds the results of chats-0: 1 message, offset 7, reviews-2: 113 messages from offset 120 to 240; \
                        t-0-8 (producer 4000, epoch 6): the broker does not know it any more (transactional.id.expiration.ms), so whether it had been committed is not known; it holds the results of reviews-2: 113 messages from offset 120 to 240. \
                        Kafka gives up a transaction that is open for longer than output.transaction-timeout, or when another job uses the same output.transactional-id-prefix. \
                        The messages are not classified again by themselves; they are still in the input topic, at the offsets given here. Where it is not known, look in the output topic for results of these offsets before you send the messages again. \
                        Start again with output.lost-results set to report to go on without these results: the log then names those of every slot, of which this is one.""");
        assertThat(committed.told()).isEqualTo("nothing");
    }

    @Test
    void lossThatIsCertainIsCalledOne() {
        connector.refuse("t-0-7", new InvalidTxnStateException("aborted"));
        brokers.put("t-0-7", TransactionState.COMPLETE_ABORT, 4000, 7);

        assertThatThrownBy(
                        () ->
                                committer(LostResults.FAIL)
                                        .commit(List.of(request("t-0-7", REVIEWS))))
                .cause()
                .hasMessageStartingWith("Results are lost: sink tagger-results could not")
                .hasMessageNotContaining("look in the output topic");
    }

    @Test
    void lossIsCountedAndTheJobGoesOnWhereItIsToReport() throws Exception {
        FakeRequest lost = request("t-0-7", CHATS, REVIEWS);
        connector.refuse("t-0-7", new ProducerFencedException("fenced"));
        brokers.put("t-0-7", TransactionState.EMPTY, 4000, 8);

        committer(LostResults.REPORT).commit(List.of(lost));

        assertThat(lost.told()).isEqualTo("failed, known: fenced");
        assertThat(count("lostTransactions")).isEqualTo(1);
        assertThat(count("lostMessages")).isEqualTo(114);
    }

    @Test
    void transactionOfASavepointWithoutPositionsSaysSo() {
        FakeRequest lost = request("t-0-7");
        connector.forget("t-0-7");

        assertThatThrownBy(() -> committer(LostResults.FAIL).commit(List.of(lost)))
                .cause()
                .hasMessageContaining(
                        "it holds the results of messages that an older checkpoint does not name");
    }

    @Test
    void manyPartitionsAndTransactionsMakeNoEndlessMessage() {
        SourceRange[] ranges =
                IntStream.range(0, 1000)
                        .mapToObj(i -> new SourceRange("t".repeat(249), i, 0, 9, 10))
                        .toArray(SourceRange[]::new);
        List<Committer.CommitRequest<GuardedCommittable>> requests =
                IntStream.range(0, 100)
                        .<Committer.CommitRequest<GuardedCommittable>>mapToObj(
                                i -> request("t-0-" + i, ranges))
                        .toList();
        IntStream.range(0, 100).forEach(i -> connector.forget("t-0-" + i));

        assertThatThrownBy(() -> committer(LostResults.FAIL).commit(requests))
                .cause()
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(100_000))
                .hasMessageContaining("and 980 partitions more with 9800 messages")
                .hasMessageContaining("; and 90 transactions more, which the log names.");
    }

    @Test
    void noVerdictWithoutAnAnswer() {
        FakeRequest request = request("t-0-7", REVIEWS);
        connector.refuse("t-0-7", new ProducerFencedException("fenced"));
        brokers.answer(
                CompletableFuture.failedFuture(
                        new org.apache.kafka.common.errors.TimeoutException("no node")));

        assertThatThrownBy(() -> committer(LostResults.REPORT).commit(List.of(request)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Kafka does not say what became of transaction t-0-7 (producer 4000, epoch 6): no node. The job starts again and asks anew. If this lasts, see that the brokers answer, and that this user may Describe and Write the transactional ids that begin with output.transactional-id-prefix.");
        assertThat(request.told()).isEqualTo("nothing");
        assertThat(brokers.closed()).isTrue();
    }

    @Test
    void noVerdictOnAnyWhileOneIsOpen() {
        FakeRequest lost = request("t-0-7", REVIEWS);
        FakeRequest open = request("t-0-8", REVIEWS);
        connector.refuse("t-0-7", new ProducerFencedException("fenced"));
        connector.refuse("t-0-8", new ProducerFencedException("fenced"));
        brokers.put("t-0-8", TransactionState.ONGOING, 4000, 6);

        assertThatThrownBy(() -> committer(LostResults.FAIL).commit(List.of(lost, open)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Kafka refused to commit transaction t-0-8 (producer 4000, epoch 6), yet says that it is open. The job starts again and commits it then.");
        assertThat(lost.told()).isEqualTo("nothing");
    }

    @Test
    void otherFailuresAreFlinksToHandle() throws Exception {
        FakeRequest retried = request("t-0-7", REVIEWS);
        FakeRequest updated = request("t-0-8", REVIEWS);
        FakeRequest twice = request("t-0-9");
        FakeRequest failed = request("t-0-10");
        connector.behaviour.put("t-0-7", Committer.CommitRequest::retryLater);
        connector.behaviour.put(
                "t-0-8", request -> request.updateAndRetryLater(Transactions.kafka("t-0-80")));
        connector.behaviour.put("t-0-9", Committer.CommitRequest::signalAlreadyCommitted);
        connector.behaviour.put(
                "t-0-10",
                request -> request.signalFailedWithUnknownReason(new IllegalStateException("odd")));

        committer(LostResults.FAIL).commit(List.of(retried, updated, twice));

        assertThat(retried.told()).isEqualTo("retry");
        assertThat(updated.told()).isEqualTo("retry");
        assertThat(updated.getCommittable()).isEqualTo(Transactions.guarded("t-0-80", REVIEWS));
        assertThat(twice.told()).isEqualTo("already committed");
        assertThatThrownBy(() -> committer(LostResults.FAIL).commit(List.of(failed)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Failed to commit t-0-10 (producer 4000, epoch 6)");
        assertThat(brokers.questions()).isZero();
    }

    @Test
    void closesTheConnectorsCommitter() throws Exception {
        committer(LostResults.FAIL).close();

        assertThat(connector.closed).isTrue();
    }

    private GuardedCommitter committer(LostResults policy) {
        return new GuardedCommitter(
                connector, () -> brokers, new LossReport("tagger-results", policy, metrics("")));
    }

    private MetricGroup metrics(String prefix) {
        return new UnregisteredMetricsGroup() {
            @Override
            public MetricGroup addGroup(String name) {
                return metrics(name + ".");
            }

            @Override
            public Counter counter(String name) {
                return counters.computeIfAbsent(prefix + name, key -> new SimpleCounter());
            }
        };
    }

    private long count(String name) {
        return counters.get("labelstream." + name).getCount();
    }

    private static FakeRequest request(String id, SourceRange... positions) {
        return new FakeRequest(
                new GuardedCommittable(Transactions.kafka(id), Arrays.asList(positions)));
    }

    /** Commits all but those that a test has plans for. */
    private static final class FakeCommitter implements Committer<KafkaCommittable> {
        private final Map<String, Consumer<CommitRequest<KafkaCommittable>>> behaviour =
                new HashMap<>();
        private boolean closed;

        void refuse(String id, Exception reason) {
            behaviour.put(id, request -> request.signalFailedWithKnownReason(reason));
        }

        /** As the connector behaves when the broker has forgotten an id. */
        void forget(String id) {
            behaviour.put(
                    id,
                    request ->
                            request.signalFailedWithUnknownReason(
                                    new InvalidPidMappingException("no such id")));
        }

        @Override
        public void commit(Collection<CommitRequest<KafkaCommittable>> requests) {
            for (CommitRequest<KafkaCommittable> request : requests) {
                behaviour
                        .getOrDefault(request.getCommittable().getTransactionalId(), r -> {})
                        .accept(request);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
