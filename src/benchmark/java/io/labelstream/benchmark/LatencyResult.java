package io.labelstream.benchmark;

import java.util.Optional;

/**
 * Latency of the job under one load.
 *
 * @param load share of the largest rate that was measured; 0 for a text a second
 * @param phase as readers of the output topic see it
 * @param inside from {@code asyncInvoke} to completion, over the job's last texts; nothing where
 *     the job does not measure it
 * @param checkpointStallMillis the longest time for which a checkpoint held up a task
 */
record LatencyResult(
        String textSet,
        double load,
        PhaseResult phase,
        Optional<Latencies> inside,
        long checkpointStallMillis) {}
