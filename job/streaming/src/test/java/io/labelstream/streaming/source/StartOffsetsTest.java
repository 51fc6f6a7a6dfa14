package io.labelstream.streaming.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer.PartitionOffsetsRetriever;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StartOffsetsTest {

    private static final TopicPartition KNOWN = new TopicPartition("reviews", 0);
    private static final TopicPartition NEW = new TopicPartition("reviews", 1);
    private static final List<TopicPartition> BOTH = List.of(KNOWN, NEW);

    @Test
    void committedIsTheEarliestWhereNothingIs() {
        assertThat(new CommittedOffsets().getPartitionOffsets(BOTH, new FakeRetriever()))
                .containsOnly(
                        Map.entry(KNOWN, 42L), Map.entry(NEW, KafkaPartitionSplit.EARLIEST_OFFSET));
    }

    @Test
    void whatIsMissingLaterIsDecidedByTheSettingAlone() {
        for (OffsetsInitializer start :
                List.of(
                        OffsetsInitializer.earliest(),
                        OffsetsInitializer.latest(),
                        OffsetsInitializer.timestamp(1),
                        new CommittedOffsets())) {
            assertThat(reset(start, MissingMessages.FAIL)).isEqualTo("NONE");
            assertThat(reset(start, MissingMessages.SKIP)).isEqualTo("EARLIEST");
        }
    }

    @Test
    void beginsWhereTheOtherSays() {
        assertThat(
                        new StartOffsets(OffsetsInitializer.latest(), MissingMessages.SKIP)
                                .getPartitionOffsets(BOTH, new FakeRetriever()))
                .containsOnly(Map.entry(KNOWN, 100L), Map.entry(NEW, 100L));
    }

    private static String reset(OffsetsInitializer start, MissingMessages missing) {
        return new StartOffsets(start, missing).getAutoOffsetResetStrategy().name();
    }

    /** Of a topic with 100 messages in each partition. */
    private static final class FakeRetriever implements PartitionOffsetsRetriever {

        @Override
        public Map<TopicPartition, Long> committedOffsets(Collection<TopicPartition> partitions) {
            return Map.of(KNOWN, 42L);
        }

        @Override
        public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
            Map<TopicPartition, Long> ends = new HashMap<>();
            partitions.forEach(partition -> ends.put(partition, 100L));
            return ends;
        }

        @Override
        public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
            return Map.of();
        }

        @Override
        public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
                Map<TopicPartition, Long> timestampsToSearch) {
            return Map.of();
        }
    }
}
