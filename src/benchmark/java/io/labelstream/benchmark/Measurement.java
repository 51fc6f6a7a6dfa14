package io.labelstream.benchmark;

import java.util.Map;

/**
 * One run of a contender, its answers checked.
 *
 * @param textsPerSecond in steady state
 * @param wholeRunTextsPerSecond from the start of the process to its last result
 * @param cpuSecondsPer1000 CPU seconds of the contender's process for 1,000 texts, in steady state
 * @param brokerCpuSecondsPer1000 those of the broker's process
 * @param paddingWaste share of padding among all tokens that were run, in steady state; NaN where
 *     the contender does not say
 * @param windowSeconds how long the steady state was watched
 * @param texts how many were labelled in that time
 * @param repeats how often the input topic held each text
 * @param settings of the contender
 */
record Measurement(
        String contender,
        Results.Group group,
        int round,
        double textsPerSecond,
        double wholeRunTextsPerSecond,
        double cpuSecondsPer1000,
        double brokerCpuSecondsPer1000,
        double paddingWaste,
        double windowSeconds,
        long texts,
        double repeats,
        Map<String, String> settings) {}
