package io.labelstream.benchmark;

import java.util.List;

/**
 * What came of a phase of {@link LatencyRequest}; a JSON file holds {@link All} of them.
 *
 * @param fromMillis when the first text was to be sent
 * @param toMillis when the phase ended
 * @param sent how many texts were sent
 * @param uncommitted as a {@code read_uncommitted} reader sees results
 * @param committed as a {@code read_committed} reader sees them
 */
record PhaseResult(
        String name,
        double textsPerSecond,
        long fromMillis,
        long toMillis,
        long sent,
        Latencies uncommitted,
        Latencies committed) {

    /** Results in the order of the phases. */
    record All(List<PhaseResult> phases) {}
}
