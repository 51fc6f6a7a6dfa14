package io.labelstream.benchmark.peer;

import io.labelstream.benchmark.Workload;
import io.labelstream.inference.InferenceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Reads, labels and writes on one thread. What a poll gives is one run of the model: the consumer
 * fetches ahead, so a poll is filled up from memory while there is a backlog. Results and offsets
 * are committed in one transaction, as often as Labelstream takes checkpoints, and before
 * partitions go to another member of the group.
 */
final class LabellingLoop implements Callable<Void>, ConsumerRebalanceListener {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Workload workload;
    private final int slot;
    private final int batch;

    /** Of the open transaction; empty where none is open. */
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();

    private KafkaConsumer<byte[], byte[]> consumer;
    private KafkaProducer<byte[], byte[]> producer;
    private long commitNanos;

    /**
     * Makes a loop.
     *
     * @param slot tells its producer from those of the other loops
     * @param batch how many texts a run has, at most
     */
    LabellingLoop(Workload workload, int slot, int batch) {
        this.workload = workload;
        this.slot = slot;
        this.batch = batch;
    }

    @Override
    public Void call() throws Exception {
        try (SlotModel model = SlotModel.open(workload.bundlePath(), workload.modelFile());
                KafkaConsumer<byte[], byte[]> openedConsumer =
                        new KafkaConsumer<>(consumerSettings());
                KafkaProducer<byte[], byte[]> openedProducer =
                        new KafkaProducer<>(producerSettings())) {
            consumer = openedConsumer;
            producer = openedProducer;
            producer.initTransactions();
            consumer.subscribe(List.of(workload.inputTopic()), this);
            while (true) {
                ConsumerRecords<byte[], byte[]> messages = consumer.poll(POLL);
                if (!messages.isEmpty()) {
                    label(model, messages);
                }
                if (!offsets.isEmpty() && System.nanoTime() - commitNanos >= 0) {
                    commit();
                }
            }
        }
    }

    private Map<String, Object> consumerSettings() {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                workload.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                workload.runId(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                batch,
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class);
    }

    private Map<String, Object> producerSettings() {
        return Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                workload.bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                workload.runId() + "-" + slot,
                ProducerConfig.LINGER_MS_CONFIG,
                ResultBatches.LINGER_MS,
                ProducerConfig.BATCH_SIZE_CONFIG,
                ResultBatches.BATCH_SIZE,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class);
    }

    private void label(SlotModel model, ConsumerRecords<byte[], byte[]> messages)
            throws InferenceException {
        List<SourceText> texts = new ArrayList<>(messages.count());
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            texts.add(SourceText.of(message));
        }
        List<byte[]> results = model.label(texts);
        if (offsets.isEmpty()) {
            producer.beginTransaction();
            commitNanos =
                    System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(workload.checkpointMillis());
        }
        // Should a write fail, the commit throws.
        for (byte[] result : results) {
            var unused = producer.send(new ProducerRecord<>(workload.outputTopic(), result));
        }
        offsets.putAll(messages.nextOffsets());
    }

    private void commit() {
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        producer.commitTransaction();
        offsets.clear();
    }

    /** Called by a poll, when what the last one gave is labelled. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (!offsets.isEmpty()) {
            commit();
        }
    }

    /** Another member has the partitions already, and labels from the last commit on. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        if (!offsets.isEmpty()) {
            producer.abortTransaction();
            offsets.clear();
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
}
