package io.labelstream.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads results on a thread of its own, and how old their texts are. Any thread may ask for what
 * was read.
 */
final class LatencyReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private volatile boolean stopped;

    // Guarded by this object. Ages of a phase that was summed up are null.
    private final LongStream.Builder[] ages;
    private final long[] phaseEnds;
    private final long[] counts;
    private Throwable failure;

    /**
     * Starts reading.
     *
     * @param isolation {@code read_committed} or {@code read_uncommitted}
     */
    LatencyReader(LatencyRequest request, String isolation) {
        int phases = request.phases().size();
        this.ages =
                IntStream.range(0, phases)
                        .mapToObj(i -> LongStream.builder())
                        .toArray(LongStream.Builder[]::new);
        this.counts = new long[phases];
        this.phaseEnds = new long[phases];
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                request.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                isolation,
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest",
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                "false"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> all =
                IntStream.range(0, request.partitions())
                        .mapToObj(p -> new TopicPartition(request.outputTopic(), p))
                        .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        this.thread = new Thread(this::read, isolation);
        thread.start();
    }

    private void read() {
        try {
            while (!stopped) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    add(Json.read(record.value()).path("timestamp").asLong());
                }
            }
        } catch (IOException | RuntimeException e) {
            synchronized (this) {
                failure = e;
            }
        }
    }

    private synchronized void add(long timestamp) {
        int phase = 0;
        while (phaseEnds[phase] != 0 && timestamp >= phaseEnds[phase]) {
            phase++;
        }
        if (ages[phase] == null) {
            return;
        }
        ages[phase].add(System.currentTimeMillis() - timestamp);
        counts[phase]++;
    }

    /** Says that texts with this time or a later one belong to the next phase. */
    synchronized void endPhase(int phase, long millis) {
        phaseEnds[phase] = millis;
    }

    /** How many results of a phase were read so far. */
    synchronized long count(int phase) {
        if (failure != null) {
            throw failure instanceof RuntimeException e
                    ? e
                    : new UncheckedIOException((IOException) failure);
        }
        return counts[phase];
    }

    /** Sums a phase up, once; results that come later do not count. */
    synchronized Latencies latencies(int phase) {
        long[] millis = ages[phase].build().toArray();
        ages[phase] = null;
        return Latencies.of(millis);
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
        consumer.close();
    }
}
