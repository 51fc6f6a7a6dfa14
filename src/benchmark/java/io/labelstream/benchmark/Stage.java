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
}
