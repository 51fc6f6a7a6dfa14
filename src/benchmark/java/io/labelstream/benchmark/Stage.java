package io.labelstream.benchmark;

import java.nio.file.Path;
import java.util.List;

/**
 * Where contenders run.
 *
 * @param broker runs, on the same machine
 * @param topics of that broker
 * @param folder for the files of runs
 * @param javaOptions of each contender's JVM, the same for all
 */
record Stage(BrokerProcess broker, Topics topics, Path folder, List<String> javaOptions) {

    static final int PARTITIONS = 4;
    static final long CHECKPOINT_MILLIS = 2000;

    /**
     * Describes a run.
     *
     * @param folder of this run alone
     */
    Workload workload(String runId, Model model, int slots, Path folder) {
        return new Workload(
                broker.bootstrapServers(),
                runId + "-texts",
                runId + "-results",
                runId + "-dead-letters",
                runId,
                model.folder().toString(),
                model.file(),
                slots,
                PARTITIONS,
                CHECKPOINT_MILLIS,
                folder.toString());
    }

    void createTopics(Workload workload) throws InterruptedException {
        topics.createInput(workload.inputTopic(), PARTITIONS);
        topics.createOutput(workload.outputTopic(), PARTITIONS);
        topics.createOutput(workload.deadLetterTopic(), 1);
    }

    void deleteTopics(Workload workload) throws InterruptedException {
        topics.delete(
                List.of(workload.inputTopic(), workload.outputTopic(), workload.deadLetterTopic()));
    }
}
