package io.labelstream.benchmark.peer;

import io.labelstream.benchmark.Contender;
import io.labelstream.benchmark.Workload;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * No Flink: as many threads as slots, each with a consumer of one group, a session, and a
 * transactional producer that commits results and offsets together.
 */
public final class ConsumerLoop implements Contender {

    static final String BATCH = "batch";

    @Override
    public String name() {
        return "consumer-loop";
    }

    /** How many texts a run has, at most. */
    @Override
    public List<Map<String, String>> sweep() {
        return Stream.of("16", "8", "32").map(rows -> Map.of(BATCH, rows)).toList();
    }

    @Override
    public void run(Workload workload, Map<String, String> settings) throws Exception {
        int batch = Integer.parseInt(settings.get(BATCH));
        ExecutorService threads = Executors.newFixedThreadPool(workload.slots());
        ExecutorCompletionService<Void> loops = new ExecutorCompletionService<>(threads);
        try {
            for (int slot = 0; slot < workload.slots(); slot++) {
                loops.submit(new LabellingLoop(workload, slot, batch));
            }
            loops.take().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A labelling loop ended: " + e.getCause(), e);
        } finally {
            threads.shutdownNow();
        }
    }
}
