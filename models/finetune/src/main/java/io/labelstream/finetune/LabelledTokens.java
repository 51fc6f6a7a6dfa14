package io.labelstream.finetune;

import io.labelstream.inference.EncodedText;

/**
 * A row of data as training reads it.
 *
 * @param labels indexes of its labels, at least one
 */
record LabelledTokens(EncodedText text, int... labels) {

    /** Its first label, which for single-label data is the only one. */
    int label() {
        return labels[0];
    }
}
