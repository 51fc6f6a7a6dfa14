package io.labelstream.streaming.commit;

import io.labelstream.serde.SourcePosition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Collects which messages go into the open transaction. Used by one thread. */
final class SourceRanges {

    private static final Comparator<SourceRange> BY_PARTITION =
            Comparator.comparing(SourceRange::topic).thenComparing(SourceRange::partition);

    private final Map<TopicPartition, Extent> extents = new HashMap<>();

    private static final class Extent {
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;
        private long messages;
    }

    /** Adds a message; of one partition they may come in any order. */
    void add(SourcePosition position) {
        Extent extent =
                extents.computeIfAbsent(
                        new TopicPartition(position.topic(), position.partition()),
                        partition -> new Extent());
        extent.first = Math.min(extent.first, position.offset());
        extent.last = Math.max(extent.last, position.offset());
        extent.messages++;
    }

    /** What was added since the last call, by topic and partition. */
    List<SourceRange> take() {
        List<SourceRange> ranges =
                extents.entrySet().stream()
                        .map(entry -> range(entry.getKey(), entry.getValue()))
                        .sorted(BY_PARTITION)
                        .toList();
        extents.clear();
        return ranges;
    }

    private static SourceRange range(TopicPartition partition, Extent extent) {
        return new SourceRange(
                partition.topic(),
                partition.partition(),
                extent.first,
                extent.last,
                extent.messages);
    }
}
