package io.labelstream.benchmark;

import java.util.List;

/**
 * What {@link LatencyProbe} is to send and to watch; a JSON file.
 *
 * @param inputTopic to send to
 * @param outputTopic to read from, from its beginning
 * @param phases one after the other
 */
record LatencyRequest(
        String bootstrapServers,
        String inputTopic,
        String outputTopic,
        int partitions,
        List<Phase> phases) {

    /**
     * A constant rate for a while.
     *
     * @param name as reports name it
     * @param textsPerSecond at which texts are sent, whatever becomes of them
     * @param texts sent in turn
     */
    record Phase(String name, double textsPerSecond, double seconds, List<String> texts) {}
}
