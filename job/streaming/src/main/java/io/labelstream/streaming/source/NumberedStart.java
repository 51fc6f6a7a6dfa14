package io.labelstream.streaming.source;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Says by number where a partition begins that is to be read from its earliest message on. Until
 * the first message of a partition has been read, the connector keeps "the earliest" in its state:
 * what Kafka deletes before then could not be told from what never was.
 */
final class NumberedStart implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Properties consumer;

    /**
     * @param consumer properties of a client that may read the partitions
     */
    NumberedStart(Properties consumer) {
        this.consumer = consumer;
    }

    /**
     * Asks Kafka, where there is something to ask.
     *
     * @return the same splits, each with the offset of a message to begin at
     * @throws IllegalStateException if Kafka does not answer
     */
    List<KafkaPartitionSplit> of(List<KafkaPartitionSplit> splits) {
        List<TopicPartition> unnumbered =
                splits.stream()
                        .filter(NumberedStart::isUnnumbered)
                        .map(KafkaPartitionSplit::getTopicPartition)
                        .toList();
        if (unnumbered.isEmpty()) {
            return splits;
        }
        Map<TopicPartition, Long> earliest = earliest(unnumbered);
        List<KafkaPartitionSplit> numbered = new ArrayList<>();
        for (KafkaPartitionSplit split : splits) {
            numbered.add(
                    isUnnumbered(split)
                            ? new KafkaPartitionSplit(
                                    split.getTopicPartition(),
                                    earliest.get(split.getTopicPartition()),
                                    split.getStoppingOffset()
                                            .orElse(KafkaPartitionSplit.NO_STOPPING_OFFSET))
                            : split);
        }
        return numbered;
    }

    private static boolean isUnnumbered(KafkaPartitionSplit split) {
        return split.getStartingOffset() == KafkaPartitionSplit.EARLIEST_OFFSET;
    }

    private Map<TopicPartition, Long> earliest(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        partitions.forEach(partition -> question.put(partition, OffsetSpec.earliest()));
        Map<TopicPartition, Long> earliest = new HashMap<>();
        try (Admin admin = Admin.create(consumer)) {
            for (Map.Entry<TopicPartition, ListOffsetsResultInfo> answer :
                    admin.listOffsets(question).all().get().entrySet()) {
                earliest.put(answer.getKey(), answer.getValue().offset());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "Kafka does not say where partitions begin: " + partitions, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking where partitions begin", e);
        }
        return earliest;
    }
}
