package io.labelstream.serde;

/** What becomes of messages without a value. */
public enum Tombstones {
    /** They go to the dead letters. */
    DEAD_LETTER,
    /** They go to the output topic, as they came and in their order. */
    PASS,
    /** They are counted, and nothing is written. */
    SKIP
}
