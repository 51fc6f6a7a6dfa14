package io.labelstream.cli;

import io.labelstream.serde.SourcePosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends messages back in Kafka transactions, and knows what was sent for sure. Two of the same
 * transactional id cannot work at a time: the later one locks the other out. Used by one thread.
 */
final class ReplaySender implements AutoCloseable {

    private static final int MOST_RECORDS = 1000;
    private static final long MOST_BYTES = 8L << 20;

    /** Far from the minute after which the broker gives up an open transaction. */
    private static final Duration MOST_AGE = Duration.ofSeconds(5);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private record Refusal(SourcePosition letter, Exception reason) {}

    private final String servers;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Refusal> refusal = new AtomicReference<>();

    /** The last dead letter of each partition that was sent. */
    private final Map<Integer, SourcePosition> committed = new TreeMap<>();

    private final Map<Integer, SourcePosition> open = new TreeMap<>();
    private long sent;
    private int records;
    private long bytes;
    private long begun;
    private boolean outcomeUnknown;

    /**
     * Connects. What an earlier sender of the id left open is aborted.
     *
     * @param settings of a producer
     * @param servers for messages
     * @param after what was sent before, at most one position for a partition
     * @throws FailureException if Kafka allows no transactions, or does not answer
     */
    ReplaySender(
            Properties settings,
            String servers,
            String transactionalId,
            List<SourcePosition> after) {
        this.servers = servers;
        this.producer = producer(settings, servers, transactionalId);
        after.forEach(position -> committed.put(position.partition(), position));
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw KafkaFailure.of(
                    servers,
                    "transactions cannot be made under transactional.id %s, and nothing was sent"
                            .formatted(transactionalId),
                    e);
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(
            Properties clients, String servers, String transactionalId) {
        Properties settings = new Properties();
        settings.putAll(clients);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        try {
            return new KafkaProducer<>(
                    settings, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw KafkaFailure.noClient(servers, e);
        }
    }

    /**
     * Sends a message. It is seen with the next {@link #commit}, which may happen here.
     *
     * @param letter where its dead letter stands
     * @throws FailureException if it cannot be sent
     */
    void send(ProducerRecord<byte[], byte[]> message, SourcePosition letter) {
        long size = ReplayRecord.bytes(message);
        if (records == MOST_RECORDS || bytes + size > MOST_BYTES) {
            commit();
        }
        try {
            if (records == 0) {
                producer.beginTransaction();
                begun = System.nanoTime();
            }
            records++;
            bytes += size;
            open.put(letter.partition(), letter);
            var unused =
                    producer.send(
                            message,
                            (metadata, e) -> {
                                if (e != null) {
                                    refused(new Refusal(letter, e));
                                }
                            });
        } catch (KafkaException e) {
            throw failure("the message of %s cannot be sent".formatted(letter), e);
        }
    }

    /** Ends a transaction that was begun seconds ago: the next message may be long in coming. */
    void commitIfOld() {
        if (records > 0 && System.nanoTime() - begun > MOST_AGE.toNanos()) {
            commit();
        }
    }

    /**
     * Ends the open transaction, if there is one: from now on its messages count as sent.
     *
     * @throws FailureException if one of them was refused, or the broker does not confirm
     */
    void commit() {
        if (records == 0) {
            return;
        }
        try {
            producer.flush();
            if (refusal.get() != null) {
                throw failure("a message was refused", refusal.get().reason());
            }
            // From here on only an answer tells.
            outcomeUnknown = true;
            producer.commitTransaction();
            outcomeUnknown = false;
        } catch (KafkaException e) {
            throw failure("a transaction cannot be committed", e);
        }
        sent += records;
        committed.putAll(open);
        forget();
    }

    /**
     * Keeps the first one, but for a message that was refused only because it was sent together
     * with a bad one. Runs on Kafka's thread.
     */
    private void refused(Refusal next) {
        refusal.accumulateAndGet(
                next,
                (first, second) ->
                        first == null
                                        || (first.reason() instanceof InvalidRecordException
                                                && !(second.reason()
                                                        instanceof InvalidRecordException))
                                ? second
                                : first);
    }

    /** What was refused first is why all else fails. */
    private FailureException failure(String problem, Exception e) {
        Refusal refused = refusal.get();
        return refused == null
                ? KafkaFailure.of(servers, problem, e)
                : KafkaFailure.of(
                        servers,
                        "the message of %s was refused".formatted(refused.letter()),
                        refused.reason());
    }

    /** Gives up the open transaction, if there is one and it is known to be open. */
    void abort() {
        if (records == 0 || outcomeUnknown) {
            return;
        }
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            // Then the broker does it after a minute; until then nobody sees it either.
        }
        forget();
    }

    private void forget() {
        records = 0;
        bytes = 0;
        open.clear();
    }

    /** How many messages were sent for sure. */
    long sent() {
        return sent;
    }

    /** The last dead letter of each partition that was sent for sure, by this or by one before. */
    List<SourcePosition> last() {
        return new ArrayList<>(committed.values());
    }

    /** For people: how far it came, and how to go on. */
    String standing() {
        String unknown =
                outcomeUnknown
                        ? " Whether the %d messages behind them were sent too is not known, as the broker did not say; where they were, the last header %s of a message in the topic names its dead letter."
                                .formatted(records, ReplayRecord.REPLAYED)
                        : "";
        return "Sent back for sure: %d.%s %s".formatted(sent, unknown, wayOn(last()));
    }

    /** For people: what to add to the command to go on behind some dead letters. */
    static String wayOn(List<SourcePosition> last) {
        return last.isEmpty()
                ? "Run the same command again to begin anew."
                : last.stream()
                        .map(position -> "--after " + position)
                        .collect(
                                Collectors.joining(
                                        " ", "To go on, run the same command with ", "."));
    }

    @Override
    public void close() {
        producer.close(CLOSE_PATIENCE);
    }
}
