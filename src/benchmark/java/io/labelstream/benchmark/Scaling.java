package io.labelstream.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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

    /** A smaller share of the CPU time is within what two measurements differ by. */
    private static final double TELLING_SHARE = 0.02;

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

    /**
     * Texts per second that a core can prepare and write, while the engine runs on a GPU; nothing
     * where what the engine leaves of the job's CPU time is too little to tell.
     */
    Optional<Double> perCoreBesideGpu() {
        double rest = jobCpu - engineCpu;
        return rest > TELLING_SHARE * jobCpu ? Optional.of(1000 / rest) : Optional.empty();
    }

    /** The model in sentences, one a line. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                String.format(
                        Locale.ROOT,
                        "1 to %d slots: %.1f to %.1f texts/s, %.2f times.",
                        slots,
                        one,
                        all,
                        speedUp()));
        sentences.add(
                String.format(
                        Locale.ROOT,
                        "Of %.2f CPU seconds for 1,000 texts the engine takes %.2f; the broker takes %.2f beside it.",
                        jobCpu,
                        engineCpu,
                        brokerCpu));
        sentences.add(
                String.format(
                        Locale.ROOT,
                        "Model: n slots on n cores, the broker elsewhere: n x %.1f texts/s, if memory bandwidth and the topic's partitions (at least n) suffice.",
                        perCore()));
        perCoreBesideGpu()
                .ifPresent(
                        rate ->
                                sentences.add(
                                        String.format(
                                                Locale.ROOT,
                                                "Model: a slot whose engine is a GPU: the smaller of the GPU's own rate and %.0f texts/s for each core that reads, tokenizes and writes.",
                                                rate)));
        return sentences;
    }
}
