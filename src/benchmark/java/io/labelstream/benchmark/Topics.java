package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;

/** The broker's topics, as the harness needs them. Used by one thread. */
final class Topics implements AutoCloseable {

    private final Admin admin;

    Topics(String bootstrapServers) {
        this.admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** Creates a topic whose records keep the time that their producer gave them. */
    void createInput(String name, int partitions) throws InterruptedException {
        create(name, partitions, "CreateTime");
    }

    /** Creates a topic whose records get the time at which the broker appended them. */
    void createOutput(String name, int partitions) throws InterruptedException {
        create(name, partitions, "LogAppendTime");
    }

    /** Creates a topic whose records are gone after a quarter of an hour or a little later. */
    void createShortLived(String name, int partitions) throws InterruptedException {
        create(
                name,
                partitions,
                Map.of(
                        TopicConfig.RETENTION_MS_CONFIG, "900000",
                        TopicConfig.SEGMENT_BYTES_CONFIG, "8388608"));
    }

    private void create(String name, int partitions, String timestamps)
            throws InterruptedException {
        create(name, partitions, Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, timestamps));
    }

    private void create(String name, int partitions, Map<String, String> settings)
            throws InterruptedException {
        NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(settings);
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            throw new FailureException("Topic %s cannot be created.".formatted(name), e);
        }
    }

    void delete(Collection<String> names) throws InterruptedException {
        try {
            admin.deleteTopics(names).all().get();
        } catch (ExecutionException e) {
            throw new FailureException("Topics %s cannot be deleted.".formatted(names), e);
        }
    }

    /**
     * Ends all transactions of producers that were killed: one that is open hides from a committed
     * reader what others committed behind it.
     *
     * @param prefix of their transactional ids
     */
    void endTransactions(String prefix) throws InterruptedException {
        try {
            List<String> ids =
                    admin
                            .listTransactions(
                                    new ListTransactionsOptions()
                                            .filterStates(Set.of(TransactionState.ONGOING)))
                            .all()
                            .get()
                            .stream()
                            .map(TransactionListing::transactionalId)
                            .filter(id -> id.startsWith(prefix))
                            .toList();
            admin.fenceProducers(ids).all().get();
        } catch (ExecutionException e) {
            throw new FailureException(
                    "Transactions of %s cannot be ended: %s".formatted(prefix, e.getCause()), e);
        }
    }

    /** How many records were written, those that end transactions included. */
    long written(String topic, int partitions) throws InterruptedException {
        return ends(topic, partitions, IsolationLevel.READ_UNCOMMITTED).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /**
     * Where each partition ends.
     *
     * @param level of a reader: committed, the first transaction that is still open ends it
     */
    Map<Integer, Long> ends(String topic, int partitions, IsolationLevel level)
            throws InterruptedException {
        Map<TopicPartition, OffsetSpec> latest =
                IntStream.range(0, partitions)
                        .boxed()
                        .collect(
                                Collectors.toMap(
                                        p -> new TopicPartition(topic, p),
                                        p -> OffsetSpec.latest()));
        try {
            Map<Integer, Long> ends = new HashMap<>();
            admin.listOffsets(latest, new ListOffsetsOptions(level))
                    .all()
                    .get()
                    .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
            return ends;
        } catch (ExecutionException e) {
            throw new FailureException("The ends of topic %s are not known.".formatted(topic), e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
