package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.KafkaTopics;
import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.SourcePosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;

/**
 * Sends messages to all partitions of a topic in turn, at a steady rate, from a thread of its own,
 * and takes down which of them stands where. Brokers that are away hold it up, no more: it keeps
 * what it could not send (32 MB) and tries again for as long as it lives, and never sends a message
 * twice.
 *
 * <p>Texts are words of the tiny bundle, with other labels and scores from one to the next, and
 * each holds {@link PrivacyCheck#TEXT_CANARY}; one in {@value #UNREADABLE_EVERY} values is no
 * UTF-8. All messages of a partition have one key, so that their results share a partition as well
 * and their order can be seen. Headers {@value #PRODUCER}, {@value #PARTITION} and {@value #SEQ}
 * say which message it is. Safe for use by several threads.
 */
public final class LoadFeed implements AutoCloseable {

    static final String PRODUCER = "producer";
    static final String PARTITION = "partition";
    static final String SEQ = "seq";

    private static final int UNREADABLE_EVERY = 97;

    /** The first byte of two, without the second. */
    private static final byte[] NO_UTF_8 = {(byte) 0xC3, 0x28};

    private static final List<String> WORDS =
            List.of(
                    "good", "bad", "film", "great", "awful", "the", "love", "hate", "food", "not",
                    "a");

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_SLEEP = TimeUnit.MILLISECONDS.toNanos(20);

    private final String topic;
    private final String name;
    private final InputLog log;
    private final KafkaProducer<byte[], byte[]> producer;
    private final long[] nextSeq;
    private final Thread thread;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private volatile int rate;
    private volatile boolean paused;
    private volatile boolean closed;

    /**
     * Connects; the brokers must be there. Nothing is sent before {@link #start}.
     *
     * @param name tells this feed from others of the topic
     * @param log may be shared with other feeds
     */
    LoadFeed(String servers, String topic, String name, InputLog log) {
        this.topic = topic;
        this.name = name;
        this.log = log;
        this.producer =
                KafkaTopics.producer(
                        servers,
                        Map.of(
                                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                                true,
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                // A broker that starts again knows the latest batch only: of
                                // several on their way it could not say where the others stand.
                                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                                1,
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                5_000,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                Integer.MAX_VALUE,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                Integer.MAX_VALUE,
                                // What is known of the topic is kept, after a pause and while all
                                // brokers are away: sending must not wait for one to answer.
                                ProducerConfig.METADATA_MAX_IDLE_CONFIG,
                                Integer.MAX_VALUE,
                                CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG,
                                "none"));
        this.nextSeq = new long[producer.partitionsFor(topic).size()];
        this.thread = new Thread(this::run, "load-feed-" + name);
        this.thread.setDaemon(true);
    }

    /**
     * Begins to send; called once.
     *
     * @param rate messages per second
     */
    public void start(int rate) {
        setRate(rate);
        thread.start();
    }

    /**
     * Changes the pace.
     *
     * @param rate messages per second
     */
    public void setRate(int rate) {
        if (rate < 1) {
            throw new IllegalArgumentException(
                    "Feed %s: a rate of %d, expected at least 1 message per second. Use pause()."
                            .formatted(name, rate));
        }
        this.rate = rate;
    }

    /** When this returns, nothing more is sent until {@link #resume}. */
    public synchronized void pause() {
        paused = true;
    }

    public void resume() {
        paused = false;
    }

    /**
     * Sends further messages at once, also while paused.
     *
     * @param text what follows the canary word
     */
    public void send(String text, int count, Expectation expected) {
        send(text, count, expected, null);
    }

    /**
     * Sends texts on which the model fails, at once, also while paused.
     *
     * @param text what follows the canary word
     * @param reason of their dead letters
     */
    public void sendFailing(String text, int count, DeadLetter.Reason reason) {
        send(text, count, Expectation.DEAD, reason);
    }

    private synchronized void send(
            String text, int count, Expectation expected, DeadLetter.Reason reason) {
        String all = PrivacyCheck.TEXT_CANARY + " " + text;
        for (int i = 0; i < count; i++) {
            sendText(all, expected, reason);
        }
    }

    /**
     * The same for a text that may become a dead letter.
     *
     * @param reason of that
     */
    public synchronized void send(String text, Expectation expected, DeadLetter.Reason reason) {
        String all = PrivacyCheck.TEXT_CANARY + " " + text;
        send(all.getBytes(StandardCharsets.UTF_8), all, expected, reason);
    }

    /**
     * Sends a value that is no text.
     *
     * @param bytes what follows the canary word; none for an empty value, null for a tombstone
     * @param reason of its dead letter
     */
    public synchronized void sendDead(byte[] bytes, DeadLetter.Reason reason) {
        boolean marked = bytes != null && bytes.length > 0;
        send(marked ? behindCanary(bytes) : bytes, null, Expectation.DEAD, reason);
    }

    private static byte[] behindCanary(byte[] bytes) {
        byte[] canary = bytes(PrivacyCheck.TEXT_CANARY);
        byte[] value = Arrays.copyOf(canary, canary.length + bytes.length);
        System.arraycopy(bytes, 0, value, canary.length, bytes.length);
        return value;
    }

    /** What was sent, and is there. */
    InputLog log() {
        return log;
    }

    /** How many were handed over for sending. */
    public int sent() {
        return sent.get();
    }

    /** How many of them the broker has: these are in the log. */
    public int acknowledged() {
        return acknowledged.get();
    }

    /**
     * Waits until the broker has all that was sent; call {@link #pause} before.
     *
     * @throws IllegalStateException if a message cannot be accounted for any more
     */
    public void awaitAllAcknowledged(Duration patience) {
        Waiting.until(
                () ->
                        "all %d messages of feed %s are acknowledged; %d are"
                                .formatted(sent(), name, acknowledged()),
                patience,
                () -> {
                    checkHealthy();
                    Waiting.pause();
                    return acknowledged() == sent();
                });
    }

    /** Fails if the feed has failed: then nobody can say what the job owes. */
    void checkHealthy() {
        RuntimeException cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException(
                    "Feed %s cannot say any more what stands in topic %s".formatted(name, topic),
                    cause);
        }
    }

    /** Gives up what is not acknowledged yet. */
    @Override
    public void close() {
        closed = true;
        producer.close(Duration.ZERO);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long due = System.nanoTime();
        while (!closed && failure.get() == null) {
            long now = System.nanoTime();
            if (paused) {
                due = now + LONGEST_SLEEP;
            }
            if (due > now) {
                LockSupport.parkNanos(Math.min(due - now, LONGEST_SLEEP));
            } else {
                sendNext();
                // Held up for longer than a second, it does not make up for it in a burst.
                due = Math.max(due, now - SECOND) + SECOND / rate;
            }
        }
    }

    private synchronized void sendNext() {
        if (paused || closed) {
            return;
        }
        int number = sent.get();
        if (number % UNREADABLE_EVERY == 13) {
            sendDead(NO_UTF_8, DeadLetter.Reason.BAD_ENCODING);
        } else {
            sendText(text(number), Expectation.LABELLED, null);
        }
    }

    /** One of some thousand, so that the log of a long run holds few of them. */
    private static String text(int number) {
        int size = WORDS.size();
        return String.join(
                        " ",
                        PrivacyCheck.TEXT_CANARY,
                        WORDS.get(number % size),
                        WORDS.get(number / size % size),
                        WORDS.get(number / size / size % size))
                .intern();
    }

    private void sendText(String text, Expectation expected, DeadLetter.Reason reason) {
        send(text.getBytes(StandardCharsets.UTF_8), text, expected, reason);
    }

    private void send(byte[] value, String text, Expectation expected, DeadLetter.Reason reason) {
        int partition = sent.getAndIncrement() % nextSeq.length;
        long seq = nextSeq[partition]++;
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>(topic, partition, bytes("key-" + partition), value);
        Headers headers = message.headers();
        headers.add(PRODUCER, bytes(name));
        headers.add(PARTITION, bytes(Integer.toString(partition)));
        headers.add(SEQ, bytes(Long.toString(seq)));
        try {
            // The answer comes by the callback.
            Future<RecordMetadata> unused =
                    producer.send(
                            message,
                            (metadata, error) ->
                                    answer(metadata, error, seq, text, expected, reason));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** On the producer's own thread, which would swallow what is thrown here. */
    private void answer(
            RecordMetadata metadata,
            Exception error,
            long seq,
            String text,
            Expectation expected,
            DeadLetter.Reason reason) {
        try {
            if (error != null || !metadata.hasOffset()) {
                throw new IllegalStateException(
                        "Message %d was not acknowledged with an offset".formatted(seq), error);
            }
            log.add(
                    new InputLog.Message(
                            new SourcePosition(topic, metadata.partition(), metadata.offset()),
                            name,
                            seq,
                            text,
                            expected,
                            reason));
            acknowledged.incrementAndGet();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void fail(RuntimeException cause) {
        // What close() interrupts is no failure.
        if (!closed) {
            failure.compareAndSet(null, cause);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
