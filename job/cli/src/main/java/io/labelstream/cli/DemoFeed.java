package io.labelstream.cli;

import io.labelstream.avro.TextEvent;
import io.labelstream.streaming.RootCause;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.util.Utf8;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the demo's texts to its input topic, over all partitions in turn. Texts come from a file,
 * or from a sample, which gets some records among it that cannot be read. Used by one thread, but
 * for what says otherwise; tells the {@link DemoTally} of each record from Kafka's thread.
 */
final class DemoFeed implements AutoCloseable {

    /** More would only wait in the topic, and latency would say how long the file is. */
    private static final long MOST_UNDER_WAY = 1000;

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int TEXTS_BETWEEN_UNREADABLE = 41;

    /** What real topics hold now and then. */
    private static final List<byte[]> UNREADABLE =
            Arrays.asList(
                    bytes(0xC3, 0x28),
                    bytes('c', 'a', 'f', 0xE9),
                    new byte[0],
                    null,
                    bytes(0xC0, 0x80),
                    bytes(0xFF, 0xFE, 'h', 0, 'i', 0),
                    bytes('5', ' ', 0xE2, 0x82));

    private final Optional<Path> file;
    private final DemoSample sample;
    private final String topic;
    private final int partitions;
    private final DemoTally tally;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    private TextInput texts;
    private long records;
    private long textsInRound;
    private int unreadable;
    private final AtomicInteger rounds = new AtomicInteger();
    private volatile long skipped;

    /**
     * Opens the input.
     *
     * @param file texts of the user's own; the sample if there is none
     */
    DemoFeed(
            Optional<Path> file,
            DemoSample sample,
            String bootstrapServers,
            String topic,
            int partitions,
            DemoTally tally) {
        this.file = file;
        this.sample = sample;
        this.topic = topic;
        this.partitions = partitions;
        this.tally = tally;
        this.texts = open();
        Properties settings = new Properties();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        this.producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private TextInput open() {
        return file.map(TextInput::open).orElseGet(sample::open);
    }

    /**
     * Sends the input once, and waits until the broker has it.
     *
     * @param stop ends the feed early
     */
    void sendAll(StopSignal stop) throws IOException {
        while (!stop.raised() && sendNext(stop)) {
            // Until there is no more.
        }
        sendUnreadable(UNREADABLE.size());
        flush();
    }

    /**
     * Sends as many texts, from where the last call ended, the input over again where it is too
     * short, and waits until the broker has them.
     *
     * @param stop ends the feed early
     * @throws FailureException if the input has no text at all
     */
    void send(long count, StopSignal stop) throws IOException {
        long sent = 0;
        while (sent < count && !stop.raised()) {
            if (sendNext(stop)) {
                sent++;
            } else {
                rewind();
            }
        }
        sendUnreadable(UNREADABLE.size());
        flush();
    }

    private boolean sendNext(StopSignal stop) throws IOException {
        while (tally.outstanding() >= MOST_UNDER_WAY && !stop.raised()) {
            pause(stop);
        }
        Optional<InputText> text = texts.next();
        if (rounds.get() == 0) {
            skipped = texts.skipped();
        }
        if (text.isEmpty()) {
            return false;
        }
        send(value(text.get()));
        textsInRound++;
        sendUnreadable((int) (records / TEXTS_BETWEEN_UNREADABLE));
        return true;
    }

    private static void pause(StopSignal stop) {
        try {
            stop.await(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException("Interrupted", e);
        }
    }

    /** Goes on until so many of the sample's unreadable records are out. */
    private void sendUnreadable(int upTo) {
        while (file.isEmpty() && unreadable < Math.min(upTo, UNREADABLE.size())) {
            send(UNREADABLE.get(unreadable++));
        }
    }

    private void rewind() throws IOException {
        if (textsInRound == 0) {
            throw new FailureException("The input has no text.");
        }
        textsInRound = 0;
        rounds.incrementAndGet();
        texts.close();
        texts = open();
    }

    private void flush() {
        producer.flush();
        if (failure.get() != null) {
            throw new FailureException(
                    "The input topic cannot be written: " + RootCause.message(failure.get()),
                    failure.get());
        }
    }

    /** How often the input began again. For any thread. */
    int rounds() {
        return rounds.get();
    }

    /** Lines of the input without a text, counted once however often it is fed. For any thread. */
    long skipped() {
        return skipped;
    }

    private void send(byte[] value) {
        if (records == 0) {
            tally.started(System.nanoTime());
        }
        int partition = (int) (records++ % partitions);
        var unused =
                producer.send(
                        new ProducerRecord<>(topic, partition, null, value),
                        (metadata, e) -> {
                            if (e == null) {
                                tally.sent(metadata.partition(), metadata.offset());
                            } else {
                                failure.compareAndSet(null, e);
                            }
                        });
    }

    /** A text in the job's input format: Avro where there can be pairs. */
    private byte[] value(InputText text) throws IOException {
        if (!texts.mayHavePairs()) {
            return text.text().getBytes(StandardCharsets.UTF_8);
        }
        TextEvent event = new TextEvent();
        event.setText(new Utf8(text.text()));
        event.setTextPair(text.textPair().isEmpty() ? null : new Utf8(text.textPair()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(TextEvent.class).write(event, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        producer.close();
        texts.close();
    }
}
