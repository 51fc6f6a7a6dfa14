package io.labelstream.benchmark;

/** What is to be labelled, and with what. */
public record Workload(
        String bootstrapServers,
        String inputTopic,
        String outputTopic,
        String deadLetterTopic,
        String runId,
        String bundlePath,
        String modelFile,
        int slots,
        int partitions,
        long checkpointMillis,
        String temporaryFolder) {}
