package io.labelstream.benchmark;

/**
 * What is to be labelled, and with what. A JSON file, written by the harness and read by the
 * contender's JVM.
 *
 * @param inputTopic UTF-8 texts without keys, spread evenly over the partitions; complete from the
 *     start, or written to all the while
 * @param outputTopic for JSON {@code LabelledEvent}s; the broker stamps each on append
 * @param deadLetterTopic where nothing is expected
 * @param runId unique: for group ids and transactional ids
 * @param bundlePath folder of the model bundle
 * @param modelFile the ONNX file in it; empty for the usual one
 * @param slots sessions to use, each with one thread
 * @param partitions of the input topic, and of the output topic
 * @param checkpointMillis time between commits
 * @param temporaryFolder for files, of this run alone; removed after it
 */
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
