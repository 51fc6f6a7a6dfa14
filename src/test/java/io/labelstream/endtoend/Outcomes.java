package io.labelstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.avro.LabelledEvent;
import io.labelstream.serde.OutputFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What became of messages, by their position: the label of a result in whatever format, or the
 * reason of a dead letter, which no label is. Keeps nothing else, so a long test does not fill the
 * heap. Used by one thread.
 */
final class Outcomes implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final GenericDatumReader<GenericRecord> AVRO =
            new GenericDatumReader<>(LabelledEvent.getClassSchema());

    private final TopicReader reader;
    private final String results;
    private final OutputFormat format;
    private final Map<Position, String> byPosition = new HashMap<>();
    private final List<Position> duplicates = new ArrayList<>();
    private int labelled;

    Outcomes(String servers, String results, OutputFormat format, String deadLetters) {
        this.results = results;
        this.format = format;
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
            takeResult(record);
        } else {
            put(
                    Integer.parseInt(OutputReader.header(record, "labelstream.source.partition")),
                    Long.parseLong(OutputReader.header(record, "labelstream.source.offset")),
                    OutputReader.header(record, "labelstream.reason"));
        }
    }

    private void takeResult(ConsumerRecord<byte[], byte[]> record) {
        try {
            switch (format) {
                case HEADERS ->
                        put(
                                Integer.parseInt(
                                        OutputReader.header(
                                                record, "labelstream.source.partition")),
                                Long.parseLong(
                                        OutputReader.header(record, "labelstream.source.offset")),
                                OutputReader.header(record, "labelstream.label"));
                case ENRICH -> takeEvent(JSON.readTree(record.value()).path("classification"));
                case JSON -> takeEvent(JSON.readTree(record.value()));
                case AVRO -> takeEvent(AVRO.read(null, decoder(record.value())));
                case AVRO_CONFLUENT -> throw new IllegalArgumentException("needs a registry");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BinaryDecoder decoder(byte[] value) {
        return DecoderFactory.get().binaryDecoder(value, null);
    }

    private void takeEvent(GenericRecord event) {
        GenericRecord source = (GenericRecord) event.get("source");
        put(
                (Integer) source.get("partition"),
                (Long) source.get("offset"),
                event.get("label").toString());
    }

    private void takeEvent(JsonNode event) {
        put(
                event.path("source").path("partition").intValue(),
                event.path("source").path("offset").longValue(),
                event.path("label").asText());
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
