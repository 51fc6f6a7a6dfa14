package io.labelstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Reads what the job wrote, from the beginning on, as a user's own program would: results (JSON)
 * and dead letters, by the position of the message they came from. Used by one thread.
 */
final class OutputReader implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TopicReader reader;
    private final String results;
    private final List<Position> labelled = new ArrayList<>();
    private final List<Position> dead = new ArrayList<>();
    private final Map<Position, JsonNode> events = new HashMap<>();
    private final Map<Position, ConsumerRecord<byte[], byte[]>> records = new HashMap<>();

    /**
     * Starts reading.
     *
     * @param isolation {@code read_committed} or {@code read_uncommitted}
     */
    OutputReader(String servers, String isolation, String results, String deadLetters) {
        this.results = results;
        this.reader = new TopicReader(servers, isolation, results, deadLetters);
    }

    /** Reads all that could be read when it was called. */
    OutputReader drain() {
        reader.drain(this::take);
        return this;
    }

    /** Whether the newest result seen here was not committed when this was asked. */
    boolean isAheadOf(OutputReader committed) {
        drain();
        committed.drain();
        return !labelled.isEmpty() && committed.event(labelled.get(labelled.size() - 1)) == null;
    }

    /** Reads some of what is there. */
    OutputReader poll() {
        reader.poll(this::take);
        return this;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(results)) {
            JsonNode event = json(record.value());
            JsonNode source = event.path("source");
            Position position =
                    new Position(
                            source.path("partition").intValue(), source.path("offset").longValue());
            labelled.add(position);
            events.put(position, event);
            records.put(position, record);
        } else {
            Position position =
                    new Position(
                            Integer.parseInt(header(record, "labelstream.source.partition")),
                            Long.parseLong(header(record, "labelstream.source.offset")));
            dead.add(position);
            records.put(position, record);
        }
    }

    int count() {
        return labelled.size() + dead.size();
    }

    /** Positions of the results, in the order they stand in each output partition. */
    List<Position> labelled() {
        return labelled;
    }

    List<Position> dead() {
        return dead;
    }

    JsonNode event(Position position) {
        return events.get(position);
    }

    /** The result or the dead letter of a message, as it stands in its topic. */
    ConsumerRecord<byte[], byte[]> record(Position position) {
        return records.get(position);
    }

    /** The last header of a name, as text; null if there is none. */
    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        reader.close();
    }

    private static JsonNode json(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
