package io.labelstream.benchmark;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends texts at constant rates and reads their results, in this JVM alone. A text's timestamp is
 * the time at which it was to be sent, so a sender that falls behind shows as latency and hides
 * none (no coordinated omission).
 */
final class LatencyProbe {

    /** How long results of a phase are waited for after its end. */
    private static final long PATIENCE_MILLIS = 30_000;

    private static final long POLL_MILLIS = 50;

    private final LatencyRequest request;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long sentBefore;

    private LatencyProbe(LatencyRequest request, KafkaProducer<byte[], byte[]> producer) {
        this.request = request;
        this.producer = producer;
    }

    /**
     * Runs all phases.
     *
     * @param args JSON file of the {@link LatencyRequest}, and where to write {@link
     *     PhaseResult.All}
     */
    public static void main(String[] args) throws Exception {
        LatencyRequest request = Json.read(Path.of(args[0]), LatencyRequest.class);
        Map<String, Object> settings =
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        request.bootstrapServers(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        "0");
        try (LatencyReader uncommitted = new LatencyReader(request, "read_uncommitted");
                LatencyReader committed = new LatencyReader(request, "read_committed");
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            LatencyProbe probe = new LatencyProbe(request, producer);
            List<PhaseResult> results = new ArrayList<>();
            for (int phase = 0; phase < request.phases().size(); phase++) {
                results.add(probe.run(phase, uncommitted, committed));
            }
            Json.write(Path.of(args[1]), new PhaseResult.All(results));
        }
        System.exit(0);
    }

    private PhaseResult run(int number, LatencyReader uncommitted, LatencyReader committed)
            throws Exception {
        LatencyRequest.Phase phase = request.phases().get(number);
        long from = System.currentTimeMillis();
        long sent = send(phase, from);
        long to = System.currentTimeMillis() + 1;
        uncommitted.endPhase(number, to);
        committed.endPhase(number, to);
        while (System.currentTimeMillis() - to < PATIENCE_MILLIS
                && (uncommitted.count(number) < sent || committed.count(number) < sent)) {
            Thread.sleep(POLL_MILLIS);
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        return new PhaseResult(
                phase.name(),
                phase.textsPerSecond(),
                from,
                to,
                sent,
                uncommitted.latencies(number),
                committed.latencies(number));
    }

    /** Sends what is due, and sleeps until the next text is. */
    private long send(LatencyRequest.Phase phase, long fromMillis) {
        long count = Math.max(1, (long) (phase.textsPerSecond() * phase.seconds()));
        for (long i = 0; i < count; i++) {
            double dueMillis = fromMillis + i * 1000 / phase.textsPerSecond();
            long waitMicros = (long) ((dueMillis - System.currentTimeMillis()) * 1000);
            if (waitMicros > 0) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(waitMicros));
            }
            send(phase.texts(), sentBefore++, (long) dueMillis);
        }
        producer.flush();
        return count;
    }

    private void send(List<String> texts, long number, long timestamp) {
        String text = texts.get((int) (number % texts.size()));
        var unused =
                producer.send(
                        new ProducerRecord<>(
                                request.inputTopic(),
                                (int) (number % request.partitions()),
                                timestamp,
                                null,
                                text.getBytes(StandardCharsets.UTF_8)),
                        (metadata, e) -> failure.compareAndSet(null, e));
    }
}
