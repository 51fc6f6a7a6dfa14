package io.labelstream.endtoend;

import io.labelstream.serde.BadInputCorpus;
import io.labelstream.serde.InputFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends mutants to the only partition of a topic, good messages between them, and remembers what
 * stands where. Keys, headers and timestamps are broken too. Used by one thread.
 */
final class MutantFeed implements AutoCloseable {

    private static final int GOOD_EVERY = 5;
    private static final int LONGEST_SEED = 512;
    private static final long YEAR_9999 = 253_402_300_799_000L;
    private static final List<String> GOOD =
            List.of(
                    "A warm, funny and moving film",
                    "What a joyless, clumsy mess",
                    "The caf\u00E9 scene is wonderful \uD83D\uDE00",
                    "bad");

    private final String topic;
    private final InputFormat format;
    private final Random random;
    private final Mutator mutator;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<Position, String> good = new HashMap<>();
    private final Set<Position> mutants = new HashSet<>();
    private final Set<Position> tombstones = new HashSet<>();

    MutantFeed(String servers, String topic, InputFormat format, long seed) {
        this.topic = topic;
        this.format = format;
        this.random = new Random(seed);
        this.mutator = new Mutator(random, wholeValues(format));
        this.producer = KafkaTopics.largeProducer(servers);
    }

    /** Good ones, and what the list of bad input has that is not long. */
    private static List<byte[]> wholeValues(InputFormat format) {
        List<byte[]> values = new ArrayList<>();
        GOOD.forEach(text -> values.add(BadInputCorpus.value(format, text)));
        BadInputCorpus.rows(format).stream()
                .map(row -> row.value())
                .filter(Objects::nonNull)
                .filter(value -> value.length <= LONGEST_SEED)
                .forEach(values::add);
        return values;
    }

    /** Texts of all lengths, so that the model has taken what memory it needs. */
    void sendLongTexts() {
        for (int words = 8; words <= 4096; words *= 2) {
            sendGood("good ".repeat(words));
        }
    }

    void send(int count) {
        List<Future<RecordMetadata>> acks = new ArrayList<>();
        List<Boolean> without = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i % GOOD_EVERY == 0) {
                sendGood(GOOD.get(random.nextInt(GOOD.size())));
            }
            ProducerRecord<byte[], byte[]> mutant = mutant();
            acks.add(producer.send(mutant));
            without.add(mutant.value() == null);
        }
        for (int i = 0; i < count; i++) {
            Position position = new Position(0, KafkaTopics.get(acks.get(i)).offset());
            (without.get(i) ? tombstones : mutants).add(position);
        }
    }

    private void sendGood(String text) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, 0, null, BadInputCorpus.value(format, text));
        good.put(new Position(0, KafkaTopics.send(producer, record).offset()), text);
    }

    private ProducerRecord<byte[], byte[]> mutant() {
        ProducerRecord<byte[], byte[]> mutant =
                new ProducerRecord<>(
                        topic,
                        0,
                        timestamp(),
                        random.nextInt(3) == 0 ? null : mutator.mutant(),
                        random.nextInt(100) == 0 ? null : mutator.mutant());
        for (int headers = headers(); headers > 0; headers--) {
            String name = new String(mutator.mutant(), StandardCharsets.ISO_8859_1);
            mutant.headers().add(name, random.nextInt(5) == 0 ? null : mutator.mutant());
        }
        return mutant;
    }

    private int headers() {
        return switch (random.nextInt(20)) {
            case 0 -> random.nextInt(200);
            case 1, 2, 3 -> random.nextInt(4);
            default -> 0;
        };
    }

    /** Null for the present. */
    private Long timestamp() {
        return switch (random.nextInt(10)) {
            case 0 -> 0L;
            case 1 -> YEAR_9999;
            case 2 -> random.nextLong(YEAR_9999);
            default -> null;
        };
    }

    /** Texts of the good messages by position. */
    Map<Position, String> good() {
        return good;
    }

    /** Positions of all messages for which a job that skips tombstones must have an outcome. */
    Set<Position> accountable() {
        Set<Position> all = new HashSet<>(mutants);
        all.addAll(good.keySet());
        return all;
    }

    int accountableCount() {
        return mutants.size() + good.size();
    }

    Set<Position> tombstones() {
        return tombstones;
    }

    @Override
    public void close() {
        producer.close();
    }
}
