package io.labelstream.operators;

/** What becomes of a text that takes too long. */
public enum OnTimeout {
    /** It goes to the dead letters, and the job goes on. */
    DEAD_LETTER,
    /** The job fails over, and the text is read again. */
    FAIL
}
