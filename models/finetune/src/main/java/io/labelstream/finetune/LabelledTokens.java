package io.labelstream.finetune;

import io.labelstream.inference.EncodedText;

/**
 * A row of data as training reads it.
 *
 * @param label index of the label
 */
record LabelledTokens(EncodedText text, int label) {}
