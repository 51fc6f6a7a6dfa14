package io.labelstream.serde;

/** What becomes of texts that are longer than the model reads. */
public enum LongTexts {
    /** They are cut, and flagged. */
    TRUNCATE,
    /** They go to the dead letters. */
    DEAD_LETTER
}
