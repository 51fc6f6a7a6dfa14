package io.labelstream.serde;

/** What becomes of a message to enrich that has a field of the name already. */
public enum ExistingField {
    /** It goes to the dead letters. */
    DEAD_LETTER,
    /** The value of the field is replaced; of several such fields, that of the last. */
    OVERWRITE
}
