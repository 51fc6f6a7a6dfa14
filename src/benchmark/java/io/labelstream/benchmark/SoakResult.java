package io.labelstream.benchmark;

import java.util.List;
import java.util.Locale;

/**
 * What came of a soak.
 *
 * @param minutes how long it took
 * @param texts how many results were written, the few records that end transactions included
 * @param settledSeconds when the job counts as settled: after five minutes, or half of a shorter
 *     soak
 * @param settledMiB resident memory of the job's process then
 * @param endMiB resident memory at the end
 * @param mostCheckpointBytes of the largest checkpoint that was seen
 * @param allowedCheckpointBytes what the texts in flight may take
 * @param deadLetters records in the topic of dead letters at the end; expected none
 * @param residentMiB resident memory, every ten seconds
 */
record SoakResult(
        double minutes,
        long texts,
        long settledSeconds,
        double settledMiB,
        double endMiB,
        long mostCheckpointBytes,
        long allowedCheckpointBytes,
        long deadLetters,
        List<Double> residentMiB) {

    /** Most by which resident memory may grow once the job has settled. */
    static final double ALLOWED_GROWTH = 0.05;

    double growth() {
        return endMiB / settledMiB - 1;
    }

    boolean memoryHolds() {
        return endMiB <= settledMiB * (1 + ALLOWED_GROWTH);
    }

    boolean checkpointsHold() {
        return mostCheckpointBytes <= allowedCheckpointBytes;
    }

    boolean deadLettersHold() {
        return deadLetters == 0;
    }

    /** Whether nothing failed. */
    boolean holds() {
        return memoryHolds() && checkpointsHold() && deadLettersHold();
    }

    /** What is to be told, one sentence a line. */
    List<String> sentences() {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%d results in %.1f minutes, %.1f a second.",
                        texts,
                        minutes,
                        texts / (minutes * 60)),
                String.format(
                        Locale.ROOT,
                        "Resident memory: %.0f MiB after %d s, %.0f MiB at the end, %+.1f %% (allowed %.0f %%): %s.",
                        settledMiB,
                        settledSeconds,
                        endMiB,
                        100 * growth(),
                        100 * ALLOWED_GROWTH,
                        memoryHolds() ? "holds" : "FAILED"),
                String.format(
                        Locale.ROOT,
                        "Largest checkpoint: %d bytes (allowed %d): %s.",
                        mostCheckpointBytes,
                        allowedCheckpointBytes,
                        checkpointsHold() ? "holds" : "FAILED"),
                String.format(
                        Locale.ROOT,
                        "Dead letters: %d records (allowed 0): %s.",
                        deadLetters,
                        deadLettersHold() ? "holds" : "FAILED"));
    }
}
