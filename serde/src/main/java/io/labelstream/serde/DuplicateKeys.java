package io.labelstream.serde;

/** What becomes of a JSON object that has a field twice. */
public enum DuplicateKeys {
    /** The last one counts. */
    LAST,
    /** The message goes to the dead letters. */
    DEAD_LETTER
}
