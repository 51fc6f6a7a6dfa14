package io.labelstream.serde;

/** What becomes of results whose timestamp the broker would refuse. */
public enum BadTimestamps {
    /** They get the present one; the event says the message's own. */
    REPLACE,
    /** They go to the dead letters. */
    DEAD_LETTER
}
