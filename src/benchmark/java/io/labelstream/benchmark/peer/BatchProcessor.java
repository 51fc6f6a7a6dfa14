package io.labelstream.benchmark.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.inference.InferenceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Gathers texts, in the order they come, and labels them in one run when there are enough, or when
 * no more come. Runs on a stream thread.
 *
 * <p>A commit can fall while texts wait here, and a processor is not told of it: kept in memory
 * alone, they would be lost in a crash, as their offsets are committed. So what waits is also in a
 * state store, whose change log is committed in the same transaction. The store is cached and its
 * keys are places in the batch, used again and again, so that only what waits at a commit is ever
 * written: at most a batch a task.
 */
final class BatchProcessor implements Processor<byte[], String, byte[], byte[]> {

    /** Makes processors and the store of each. */
    record Factory(Supplier<SlotModel> models, int batch)
            implements ProcessorSupplier<byte[], String, byte[], byte[]> {

        @Override
        public Processor<byte[], String, byte[], byte[]> get() {
            return new BatchProcessor(models, batch);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(
                    Stores.keyValueStoreBuilder(
                                    Stores.inMemoryKeyValueStore(STORE),
                                    Serdes.Integer(),
                                    sourceTexts())
                            .withCachingEnabled());
        }
    }

    private static final String STORE = "waiting";

    /** Long against the time in which a batch fills up under load. */
    private static final Duration IDLE = Duration.ofMillis(500);

    private final Supplier<SlotModel> models;
    private final int batch;
    private final List<SourceText> waiting = new ArrayList<>();
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<Integer, SourceText> store;
    private SlotModel model;
    private boolean idle;

    private BatchProcessor(Supplier<SlotModel> models, int batch) {
        this.models = models;
        this.batch = batch;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        this.model = models.get();
        this.store = context.getStateStore(STORE);
        try (KeyValueIterator<Integer, SourceText> restored = store.all()) {
            restored.forEachRemaining(entry -> waiting.add(entry.value));
        }
        context.schedule(IDLE, PunctuationType.WALL_CLOCK_TIME, now -> flushIfIdle());
    }

    @Override
    public void process(Record<byte[], String> message) {
        SourceText text =
                SourceText.of(
                        context.recordMetadata().orElseThrow(),
                        message.timestamp(),
                        message.value());
        store.put(waiting.size(), text);
        waiting.add(text);
        idle = false;
        if (waiting.size() >= batch) {
            flush();
        }
    }

    private void flushIfIdle() {
        if (idle && !waiting.isEmpty()) {
            flush();
        }
        idle = true;
    }

    private void flush() {
        List<byte[]> results;
        try {
            results = model.label(waiting);
        } catch (InferenceException e) {
            throw new StreamsException(e);
        }
        for (int i = 0; i < results.size(); i++) {
            context.forward(new Record<>(null, results.get(i), waiting.get(i).timestamp()));
            store.delete(i);
        }
        waiting.clear();
    }

    private static Serde<SourceText> sourceTexts() {
        ObjectMapper json = new ObjectMapper();
        return Serdes.serdeFrom(
                (topic, text) -> {
                    try {
                        return text == null ? null : json.writeValueAsBytes(text);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                (topic, bytes) -> {
                    try {
                        return bytes == null ? null : json.readValue(bytes, SourceText.class);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
