package io.labelstream.inference;

import java.util.List;
import java.util.Optional;

/**
 * The model's input for a batch. Owned by one thread.
 *
 * <p>Row-major, shape {@code [rows, longest]}: ids (unused cells: the padding id), mask (1 for a
 * token, 0 for padding) and types (1 from the second text of a pair on, 0 in unused cells).
 */
final class PaddedBatch {

    private final int padId;
    private final TokenBuffer ids;
    private final TokenBuffer mask;
    private final Optional<TokenBuffer> types;
    private int rows;
    private int longest;

    /**
     * Makes a batch.
     *
     * @param padId fills unused cells of ids: some models count positions by it
     * @param types empty for a model that does not read them
     */
    PaddedBatch(int padId, TokenBuffer ids, TokenBuffer mask, Optional<TokenBuffer> types) {
        this.padId = padId;
        this.ids = ids;
        this.mask = mask;
        this.types = types;
    }

    /**
     * Fills the buffers.
     *
     * @throws IllegalArgumentException if {@code texts} is empty: an empty batch has no shape
     */
    void fill(List<EncodedText> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("A batch of no texts has no shape");
        }
        rows = texts.size();
        longest = 0;
        for (EncodedText text : texts) {
            longest = Math.max(longest, text.tokens());
        }
        int cells = Math.multiplyExact(rows, longest);
        ids.clear(cells);
        mask.clear(cells);
        types.ifPresent(buffer -> buffer.clear(cells));
        for (EncodedText text : texts) {
            int[] tokens = text.ids();
            for (int i = 0; i < tokens.length; i++) {
                ids.put(tokens[i]);
                mask.put(1);
            }
            for (int i = tokens.length; i < longest; i++) {
                ids.put(padId);
                mask.put(0);
            }
        }
        if (types.isPresent()) {
            fillTypes(texts, types.get());
        }
        ids.flip();
        mask.flip();
        types.ifPresent(TokenBuffer::flip);
    }

    private void fillTypes(List<EncodedText> texts, TokenBuffer buffer) {
        for (EncodedText text : texts) {
            for (int i = 0; i < longest; i++) {
                buffer.put(i >= text.pairStart() && i < text.tokens() ? 1 : 0);
            }
        }
    }

    int rows() {
        return rows;
    }

    int longest() {
        return longest;
    }
}
