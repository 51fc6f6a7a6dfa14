package io.labelstream.streaming.source;

/** What to do where Kafka does not have the messages that come next. */
public enum MissingMessages {
    /** The job ends, and says where it would have gone on. */
    FAIL,
    /** The job goes on with the earliest message there is. */
    SKIP
}
