package io.labelstream.streaming.commit;

/** What to do about results that cannot be committed any more. */
public enum LostResults {
    /** The job ends, and says which they are. */
    FAIL,
    /** The log says which they are, metrics count them, and the job goes on. */
    REPORT
}
