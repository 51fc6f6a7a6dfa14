package io.labelstream.benchmark;

import java.util.List;
import java.util.Locale;

/**
 * What more slots and GPUs would do, reckoned from what was measured: a model, not a measurement.
 *
 * @param one texts per second of the job on one slot
 * @param all texts per second on all slots
 * @param slots how many those were
 * @param jobCpu CPU seconds of the job for 1,000 texts
 * @param engineCpu of which the engine takes so many
 * @param brokerCpu CPU seconds of the broker for 1,000 texts
 */
record Scaling(
        double one, double all, int slots, double jobCpu, double engineCpu, double brokerCpu) {

    /** How much faster all slots are than one. */
    double speedUp() {
        return all / one;
    }

    /**
     * Texts per second that a core can do, with the broker elsewhere and nothing else in the way.
     */
    double perCore() {
        return 1000 / jobCpu;
    }

    /** Texts per second that a core can prepare and write, while the engine runs on a GPU. */
    double perCoreBesideGpu() {
        return 1000 / Math.max(jobCpu - engineCpu, 1e-3);
    }

    /** The model in sentences, one a line. */
    List<String> sentences() {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "1 to %d slots: %.1f to %.1f texts/s, %.2f times.",
                        slots,
                        one,
                        all,
                        speedUp()),
                String.format(
                        Locale.ROOT,
                        "Of %.2f CPU seconds for 1,000 texts the engine takes %.2f; the broker takes %.2f beside it.",
                        jobCpu,
                        engineCpu,
                        brokerCpu),
                String.format(
                        Locale.ROOT,
                        "Model: n slots on n cores, the broker elsewhere: n x %.1f texts/s, if memory bandwidth and the topic's partitions (at least n) suffice.",
                        perCore()),
                String.format(
                        Locale.ROOT,
                        "Model: a slot whose engine is a GPU: the smaller of the GPU's own rate and %.0f texts/s for each core that reads, tokenizes and writes.",
                        perCoreBesideGpu()));
    }
}
