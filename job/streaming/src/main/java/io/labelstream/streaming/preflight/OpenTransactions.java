package io.labelstream.streaming.preflight;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Transactions that are open before the job starts. Readers with {@code read_committed} see nothing
 * that was written behind one, by whomever, until it ends.
 */
final class OpenTransactions {

    private static final Set<TransactionState> OPEN =
            Set.of(
                    TransactionState.ONGOING,
                    TransactionState.PREPARE_COMMIT,
                    TransactionState.PREPARE_ABORT);

    /** A producer that shares the topic has younger ones all the time. */
    private static final Duration LINGERING = Duration.ofSeconds(10);

    private final KafkaConnection kafka;
    private final String prefix;

    /**
     * An open transaction on a partition.
     *
     * @param since its first offset there
     */
    private record Open(TopicPartition partition, ProducerState producer, long since) {}

    OpenTransactions(KafkaConnection kafka, String prefix) {
        this.kafka = kafka;
        this.prefix = prefix;
    }

    /** Those of this job: of an earlier life, or of one that runs now. */
    Verdict ours() {
        List<TransactionListing> open;
        try {
            open =
                    list(new ListTransactionsOptions().filterStates(OPEN)).stream()
                            .filter(this::isOurs)
                            .toList();
        } catch (PreflightException e) {
            return unseen(e);
        }
        return open.isEmpty()
                ? Verdict.ok("none is open.")
                : Verdict.warning(
                        "Kafka at %s: %d open with output.transactional-id-prefix %s. Either the job was killed: then the next start commits or aborts them, and read_committed readers wait for that. Or a job with this prefix is running: never start a second one, each would fence the other."
                                .formatted(kafka.servers(), open.size(), prefix));
    }

    private boolean isOurs(TransactionListing transaction) {
        String id = transaction.transactionalId();
        return id.startsWith(prefix + "-results-") || id.startsWith(prefix + "-dead-letters-");
    }

    /** Those of other writers to the output topics, where they are no longer young. */
    Verdict others(Collection<TopicDescription> topics) {
        Map<String, String> lingering;
        try {
            List<Open> open = open(topics);
            if (open.isEmpty()) {
                return Verdict.ok("none is open.");
            }
            lingering = lingering(open);
        } catch (PreflightException e) {
            return e.getCause() instanceof AuthorizationException
                    ? Verdict.skipped(
                            "who writes to a topic is told only to a login that may read it, which the job does not need.")
                    : unseen(e);
        }
        return lingering.isEmpty()
                ? Verdict.ok("none has been open for long.")
                : Verdict.warning(
                        "Kafka at %s: %s. read_committed readers see nothing behind them until they end or time out. If their writer is gone (another output.transactional-id-prefix before?): %s"
                                .formatted(
                                        kafka.servers(),
                                        String.join("; ", lingering.keySet()),
                                        String.join("; ", lingering.values())));
    }

    /** The job can start without knowing. */
    private static Verdict unseen(PreflightException e) {
        return Verdict.warning(
                e.getMessage()
                        + " Whether one is open is not known: if readers with read_committed see nothing new later, ask again.");
    }

    private List<Open> open(Collection<TopicDescription> topics) {
        List<TopicPartition> partitions =
                topics.stream()
                        .flatMap(
                                topic ->
                                        topic.partitions().stream()
                                                .map(
                                                        p ->
                                                                new TopicPartition(
                                                                        topic.name(),
                                                                        p.partition())))
                        .toList();
        List<Open> open = new ArrayList<>();
        kafka.ask(
                        "the writers of output topics cannot be listed",
                        kafka.admin().describeProducers(partitions).all())
                .forEach(
                        (partition, state) ->
                                state.activeProducers().stream()
                                        .filter(p -> p.currentTransactionStartOffset().isPresent())
                                        .map(
                                                p ->
                                                        new Open(
                                                                partition,
                                                                p,
                                                                p.currentTransactionStartOffset()
                                                                        .getAsLong()))
                                        .forEach(open::add));
        return open;
    }

    /** What lingers, in words, with the command that ends it. */
    private Map<String, String> lingering(List<Open> open) {
        // Listed after the partitions were: whatever is open there has an entry by now.
        Map<Long, TransactionListing> byProducer =
                list(
                                new ListTransactionsOptions()
                                        .filterProducerIds(
                                                open.stream()
                                                        .map(o -> o.producer().producerId())
                                                        .collect(Collectors.toSet())))
                        .stream()
                        .collect(
                                Collectors.toMap(
                                        TransactionListing::producerId,
                                        listing -> listing,
                                        (one, other) -> one));
        Map<Long, String> judged = new HashMap<>();
        Map<String, String> lingering = new TreeMap<>();
        for (Open transaction : open) {
            TransactionListing listing = byProducer.get(transaction.producer().producerId());
            if (listing != null && isOurs(listing)) {
                continue;
            }
            String found =
                    judged.computeIfAbsent(
                            transaction.producer().producerId(),
                            id -> listing == null ? unknown(transaction) : known(listing));
            if (!found.isEmpty()) {
                lingering.put(found, command(listing, transaction));
            }
        }
        return lingering;
    }

    /** Empty where it is young or has ended meanwhile. */
    private String known(TransactionListing listing) {
        TransactionDescription transaction =
                kafka.ask(
                        "transaction %s cannot be described".formatted(listing.transactionalId()),
                        kafka.admin()
                                .describeTransactions(List.of(listing.transactionalId()))
                                .description(listing.transactionalId()));
        long start = transaction.transactionStartTimeMs().orElse(Long.MAX_VALUE);
        long seconds = (System.currentTimeMillis() - start) / 1000;
        return start == Long.MAX_VALUE || seconds < LINGERING.toSeconds()
                ? ""
                : "a transaction of %s has been open for %d s on %s, and times out after %d s"
                        .formatted(
                                listing.transactionalId(),
                                seconds,
                                transaction.topicPartitions(),
                                transaction.transactionTimeoutMs() / 1000);
    }

    /** Of a writer that this login may not see, or of none. Empty where it wrote just now. */
    private static String unknown(Open transaction) {
        long seconds = (System.currentTimeMillis() - transaction.producer().lastTimestamp()) / 1000;
        return seconds < LINGERING.toSeconds()
                ? ""
                : "a transaction of producer %d, whose id this login cannot see, is open on %s"
                        .formatted(transaction.producer().producerId(), transaction.partition());
    }

    private String command(TransactionListing listing, Open transaction) {
        String ending =
                listing == null
                        ? "abort --topic %s --partition %d --start-offset %d"
                                .formatted(
                                        transaction.partition().topic(),
                                        transaction.partition().partition(),
                                        transaction.since())
                        : "forceTerminateTransaction --transactionalId "
                                + listing.transactionalId();
        return "kafka-transactions.sh --bootstrap-server %s %s".formatted(kafka.servers(), ending);
    }

    private Collection<TransactionListing> list(ListTransactionsOptions options) {
        return kafka.ask(
                "transactions cannot be listed", kafka.admin().listTransactions(options).all());
    }
}
