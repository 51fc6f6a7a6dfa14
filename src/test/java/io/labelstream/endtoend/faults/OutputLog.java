package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.TopicReader;
import io.labelstream.serde.SourcePosition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one reader saw of results and dead letters; those of an output partition in their order.
 * Takes about 130 bytes a record. Safe for use by several threads.
 */
final class OutputLog {

    private final List<OutputRecord> records = new ArrayList<>();

    /** A log of these. */
    static OutputLog of(List<OutputRecord> records) {
        OutputLog log = new OutputLog();
        records.forEach(log::add);
        return log;
    }

    /**
     * What a new reader sees now, from the beginning to the end.
     *
     * @param isolation {@code read_committed}, which ends at the first transaction that is open, or
     *     {@code read_uncommitted}
     */
    static OutputLog readAll(String servers, String isolation, String... topics) {
        OutputLog log = new OutputLog();
        try (TopicReader reader = new TopicReader(servers, isolation, topics)) {
            reader.drain(
                    record -> {
                        if (!Stall.isMarker(record)) {
                            log.add(OutputRecord.of(record));
                        }
                    });
        }
        return log;
    }

    synchronized void add(OutputRecord record) {
        records.add(record);
    }

    synchronized int size() {
        return records.size();
    }

    /** All so far. */
    synchronized List<OutputRecord> records() {
        return List.copyOf(records);
    }

    /** How many messages have an outcome here. */
    synchronized int sources() {
        return (int) records.stream().map(OutputRecord::source).distinct().count();
    }

    /** How many of these are dead letters. */
    synchronized int deadLetters() {
        return (int)
                records.stream().filter(r -> r.kind() == OutputRecord.Kind.DEAD_LETTER).count();
    }

    /**
     * How many of these another log lacks: of a {@code read_uncommitted} reader's log, against what
     * is committed in the end, those that were aborted.
     */
    int countAbsentFrom(OutputLog other) {
        Set<SourcePosition> there = new HashSet<>();
        other.records().forEach(record -> there.add(record.position()));
        return (int)
                records().stream().filter(record -> !there.contains(record.position())).count();
    }
}
