package io.labelstream.streaming.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GuardedReaderTest {

    private final FakeReader connector = new FakeReader();
    private final GuardedReader<String> reader =
            new GuardedReader<>(connector, GuardedReaderTest::numbered);

    @Test
    void missingMessagesEndTheJobAndAreNamed() {
        connector.failure =
                new RuntimeException(
                        "One or more fetchers have encountered exception",
                        new RuntimeException(
                                "SplitFetcher thread 0",
                                new OffsetOutOfRangeException(
                                        Map.of(
                                                new TopicPartition("reviews", 2), 1234L,
                                                new TopicPartition("chats", 0), 7L))));

        assertThatThrownBy(() -> reader.pollNext(null))
                .isInstanceOf(SuppressRestartsException.class)
                .cause()
                .isInstanceOf(MissingMessagesException.class)
                .hasMessageStartingWith(
                        "Messages are missing: the job would go on at chats-0 offset 7, reviews-2 offset 1234, where Kafka has nothing.")
                .hasMessageContaining("input.missing-messages set to skip");
    }

    @Test
    void otherFailuresAreLeftAsTheyAre() {
        connector.failure = new IllegalStateException("the broker is away");

        assertThatThrownBy(() -> reader.pollNext(null)).isSameAs(connector.failure);
    }

    @Test
    void stateSaysByNumberWhereAPartitionBegins() {
        TopicPartition partition = new TopicPartition("reviews", 0);
        reader.addSplits(
                List.of(new KafkaPartitionSplit(partition, KafkaPartitionSplit.EARLIEST_OFFSET)));

        assertThat(reader.snapshotState(1)).containsExactly(new KafkaPartitionSplit(partition, 7));
    }

    @Test
    void passesEverythingOn() throws Exception {
        KafkaPartitionSplit split = new KafkaPartitionSplit(new TopicPartition("reviews", 0), 5);
        reader.start();
        reader.addSplits(List.of(split));
        assertThat(reader.pollNext(null)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
        assertThat(reader.isAvailable()).isSameAs(connector.available);
        assertThat(reader.snapshotState(3)).containsExactly(split);
        reader.handleSourceEvents(new SourceEvent() {});
        reader.pauseOrResumeSplits(List.of("a"), List.of("b"));
        reader.notifyCheckpointComplete(3);
        reader.notifyCheckpointAborted(4);
        reader.notifyNoMoreSplits();
        reader.close();

        assertThat(connector.calls)
                .containsExactly(
                        "start",
                        "add",
                        "snapshot 3",
                        "event",
                        "pause [a] resume [b]",
                        "complete 3",
                        "aborted 4",
                        "no more",
                        "close");
    }

    /** Of partitions that begin at offset 7. */
    private static List<KafkaPartitionSplit> numbered(List<KafkaPartitionSplit> splits) {
        return splits.stream()
                .map(
                        split ->
                                split.getStartingOffset() == KafkaPartitionSplit.EARLIEST_OFFSET
                                        ? new KafkaPartitionSplit(split.getTopicPartition(), 7)
                                        : split)
                .toList();
    }

    /** Takes down what it is told. */
    private static final class FakeReader implements SourceReader<String, KafkaPartitionSplit> {

        private final List<String> calls = new ArrayList<>();
        private final CompletableFuture<Void> available = new CompletableFuture<>();
        private final List<KafkaPartitionSplit> splits = new ArrayList<>();
        private RuntimeException failure;

        @Override
        public void start() {
            calls.add("start");
        }

        @Override
        public InputStatus pollNext(ReaderOutput<String> output) {
            if (failure != null) {
                throw failure;
            }
            return InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
            calls.add("snapshot " + checkpointId);
            return splits;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return available;
        }

        @Override
        public void addSplits(List<KafkaPartitionSplit> added) {
            calls.add("add");
            splits.addAll(added);
        }

        @Override
        public void notifyNoMoreSplits() {
            calls.add("no more");
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
            calls.add("event");
        }

        @Override
        public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
            calls.add("pause %s resume %s".formatted(pause, resume));
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            calls.add("complete " + checkpointId);
        }

        @Override
        public void notifyCheckpointAborted(long checkpointId) {
            calls.add("aborted " + checkpointId);
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }
}
