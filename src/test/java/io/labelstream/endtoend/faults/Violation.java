package io.labelstream.endtoend.faults;

/**
 * A way in which the guarantee was broken.
 *
 * @param count how often
 * @param sentence the first few cases; no text of a message
 */
record Violation(Kind kind, int count, String sentence) {

    /** Each a promise, broken. */
    enum Kind {
        /** A message has neither a result nor a dead letter. */
        MISSING,
        /** A message has two results or two dead letters. */
        DUPLICATED,
        /**
         * A result stands behind one of a later message of its partition, or not in the partition
         * where the others stand.
         */
        REORDERED,
        /** What a {@code read_committed} reader saw is not there any more, or not the same. */
        VANISHED,
        /** What is there was not there when a {@code read_committed} reader passed. */
        UNSEEN,
        /** Text, label or score are not those of the message. */
        WRONG_LABEL,
        /** The message that an output names was never sent. */
        UNKNOWN_SOURCE,
        /** A dead letter of a good message, a result of a bad one, or a wrong reason. */
        WRONG_DEAD_LETTER,
        /** The number in the headers is not that of the message. */
        SEQUENCE,
        /** The job says that messages were lost of which none is missing. */
        FALSE_LOSS
    }

    @Override
    public String toString() {
        return "%s %d: %s".formatted(kind, count, sentence);
    }
}
