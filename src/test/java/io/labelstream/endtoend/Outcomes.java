package io.labelstream.endtoend;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What became of messages, by their position: the label of a result (JSON), or the reason of a dead
 * letter, which no label is. Keeps nothing else, so a long test does not fill the heap. Used by one
 * thread.
 */
final class Outcomes implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TopicReader reader;
    private final String results;
    private final Map<Position, String> byPosition = new HashMap<>();
    private final List<Position> duplicates = new ArrayList<>();
    private int labelled;

    Outcomes(String servers, String results, String deadLetters) {
        this.results = results;
        this.reader = new TopicReader(servers, "read_committed", results, deadLetters);
    }

    /** Reads some of what is there. */
    void poll() {
        reader.poll(this::take);
    }

    /** Reads all that could be read when it was called. */
    void drain() {
        reader.drain(this::take);
    }

    Map<Position, String> byPosition() {
        return byPosition;
    }

    /** Positions of messages that had an outcome already. */
    List<Position> duplicates() {
        return duplicates;
    }

    int count() {
        return byPosition.size() + duplicates.size();
    }

    int labelled() {
        return labelled;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(results)) {
            labelled++;
            takeResult(record.value());
        } else {
            put(
                    Integer.parseInt(OutputReader.header(record, "labelstream.source.partition")),
                    Long.parseLong(OutputReader.header(record, "labelstream.source.offset")),
                    OutputReader.header(record, "labelstream.reason"));
        }
    }

    private void takeResult(byte[] value) {
        try {
            var event = JSON.readTree(value);
            put(
                    event.path("source").path("partition").intValue(),
                    event.path("source").path("offset").longValue(),
                    event.path("label").asText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(int partition, long offset, String outcome) {
        Position position = new Position(partition, offset);
        if (byPosition.put(position, outcome.intern()) != null) {
            duplicates.add(position);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
