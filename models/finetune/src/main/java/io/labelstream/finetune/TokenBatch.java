package io.labelstream.finetune;

import io.labelstream.inference.EncodedText;
import java.util.List;

/**
 * Texts as training feeds them: row-major, shape {@code [rows, tokens]}, unused cells padded.
 *
 * @param ids token ids
 * @param types 1 from the second text of a pair on, else 0
 * @param paddingBias added to the encoder's attention scores: 0 for a token, very negative for
 *     padding
 * @param poolingBias added to the head's attention scores: 0 for the text's own tokens, very
 *     negative for special ones, far more so for padding
 */
record TokenBatch(
        int rows, int tokens, long[] ids, long[] types, float[] paddingBias, float[] poolingBias) {

    /**
     * Padding is masked far deeper than special tokens: a text without words of its own, whose
     * special tokens share the attention, gives the same bits alone and padded.
     */
    static final float SPECIAL_BIAS = -1e9f;

    static final float PADDING_BIAS = -1e30f;

    /** Pads texts to the longest of them. */
    static TokenBatch of(List<EncodedText> texts) {
        int rows = texts.size();
        int tokens = texts.stream().mapToInt(EncodedText::tokens).max().orElseThrow();
        long[] ids = new long[rows * tokens];
        long[] types = new long[rows * tokens];
        float[] paddingBias = new float[rows * tokens];
        float[] poolingBias = new float[rows * tokens];
        for (int row = 0; row < rows; row++) {
            EncodedText text = texts.get(row);
            for (int i = 0; i < tokens; i++) {
                int cell = row * tokens + i;
                if (i >= text.tokens()) {
                    paddingBias[cell] = PADDING_BIAS;
                    poolingBias[cell] = PADDING_BIAS;
                    continue;
                }
                int id = text.ids()[i];
                ids[cell] = id;
                types[cell] = i < text.pairStart() ? 0 : 1;
                poolingBias[cell] = id == Encoder.CLS_ID || id == Encoder.SEP_ID ? SPECIAL_BIAS : 0;
            }
        }
        return new TokenBatch(rows, tokens, ids, types, paddingBias, poolingBias);
    }
}
