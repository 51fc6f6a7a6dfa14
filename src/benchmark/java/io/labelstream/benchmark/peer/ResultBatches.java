package io.labelstream.benchmark.peer;

/** How results travel, the same for all that write them: as Labelstream does it. */
final class ResultBatches {

    static final String LINGER_MS = "100";
    static final String BATCH_SIZE = Integer.toString(128 * 1024);

    private ResultBatches() {}
}
