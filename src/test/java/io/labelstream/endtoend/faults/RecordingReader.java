package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.TopicReader;
import io.labelstream.endtoend.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A reader that lives through the faults: reads topics from their beginning on, in a thread of its
 * own, and takes down what it sees. Brokers that are away hold it up, no more. Safe for use by
 * several threads.
 */
public final class RecordingReader implements AutoCloseable {

    /**
     * What a poll brought.
     *
     * @param nanoTime when
     * @param newestMillis when the newest of the messages was sent that its records came from, by
     *     the wall clock of the feed
     */
    private record Arrival(long nanoTime, long newestMillis) {}

    private final TopicReader reader;
    private final OutputLog log = new OutputLog();
    private final List<Arrival> arrivals = new ArrayList<>();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final Thread thread;
    private final long began = System.nanoTime();
    private volatile boolean closed;

    /**
     * Begins to read; the brokers must be there.
     *
     * @param isolation {@code read_committed} or {@code read_uncommitted}
     */
    RecordingReader(String servers, String isolation, String... topics) {
        this.reader = new TopicReader(servers, isolation, topics);
        this.thread = new Thread(this::run, "recording-reader-" + isolation);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * What it has seen; grows.
     *
     * @throws IllegalStateException if it had to stop reading: what it had read is gone from a
     *     topic, or is neither a result nor a dead letter
     */
    OutputLog log() {
        RuntimeException cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException(
                    "%s stopped after %d records".formatted(thread.getName(), log.size()), cause);
        }
        return log;
    }

    public int count() {
        return log().size();
    }

    /** {@link System#nanoTime} when it last saw a record, or when it began. */
    public synchronized long lastSeenNanos() {
        return arrivals.isEmpty() ? began : arrivals.get(arrivals.size() - 1).nanoTime();
    }

    /**
     * How long after a moment it saw the first output of a message that was sent after that moment;
     * nothing while it has seen none. Output that arrives after a fault, but whose transaction was
     * on its way before, does not count as recovery.
     *
     * @param nanoTime the moment, as of {@link System#nanoTime}
     */
    public synchronized Optional<Duration> firstNewAfter(long nanoTime) {
        long millis =
                System.currentTimeMillis()
                        - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
        return arrivals.stream()
                .filter(a -> a.nanoTime() > nanoTime && a.newestMillis() > millis)
                .findFirst()
                .map(arrival -> Duration.ofNanos(arrival.nanoTime() - nanoTime));
    }

    /** Waits until it has seen so many records. */
    void awaitCount(int count, Duration patience) {
        Waiting.until(
                () ->
                        "%s has seen %d records; it has seen %d"
                                .formatted(thread.getName(), count, log.size()),
                patience,
                () -> {
                    Waiting.pause();
                    return count() >= count;
                });
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (reader) {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (!closed) {
                reader.poll(
                        record -> {
                            if (!Stall.isMarker(record)) {
                                records.add(record);
                            }
                        });
                if (!records.isEmpty()) {
                    take(records);
                    records.clear();
                }
            }
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    private synchronized void take(List<ConsumerRecord<byte[], byte[]>> records) {
        long newest = Long.MIN_VALUE;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            log.add(OutputRecord.of(record));
            newest = Math.max(newest, record.timestamp());
        }
        arrivals.add(new Arrival(System.nanoTime(), newest));
    }
}
