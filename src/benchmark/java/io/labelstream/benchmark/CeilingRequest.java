package io.labelstream.benchmark;

import java.util.List;

/**
 * What {@link EngineCeiling} is to measure; a JSON file.
 *
 * @param bundlePath folder of the model bundle
 * @param modelFile the ONNX file in it; empty for the usual one
 * @param slots sessions, each with one thread
 * @param budgets padded tokens of a run, to choose from; one for no choice
 * @param sweepSeconds time for each budget, where there is a choice
 * @param seconds time for the best one
 * @param texts the texts
 */
record CeilingRequest(
        String bundlePath,
        String modelFile,
        int slots,
        List<Integer> budgets,
        double sweepSeconds,
        double seconds,
        List<String> texts) {}
