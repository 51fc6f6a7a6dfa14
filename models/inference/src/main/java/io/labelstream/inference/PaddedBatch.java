package io.labelstream.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;

/**
 * The model's input for a batch, in direct buffers that are filled again and again. Owned by one
 * thread.
 *
 * <p>Row-major, shape {@code [rows, longest]}: ids (unused cells: the padding id 0), mask (1 for a
 * token, 0 for padding) and types (1 from the second text of a pair on).
 */
final class PaddedBatch {

    private static final int ROOM_AT_START = 1024;

    private LongBuffer ids = direct(ROOM_AT_START);
    private LongBuffer mask = direct(ROOM_AT_START);
    private LongBuffer types = direct(ROOM_AT_START);
    private int rows;
    private int longest;

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
        reserve(Math.multiplyExact(rows, longest));
        for (EncodedText text : texts) {
            int[] tokens = text.ids();
            for (int i = 0; i < tokens.length; i++) {
                ids.put(tokens[i]);
                mask.put(1);
                types.put(i < text.pairStart() ? 0 : 1);
            }
            for (int i = tokens.length; i < longest; i++) {
                ids.put(0);
                mask.put(0);
                types.put(0);
            }
        }
        ids.flip();
        mask.flip();
        types.flip();
    }

    LongBuffer ids() {
        return ids;
    }

    LongBuffer mask() {
        return mask;
    }

    LongBuffer types() {
        return types;
    }

    int rows() {
        return rows;
    }

    int longest() {
        return longest;
    }

    private void reserve(int cells) {
        if (cells > ids.capacity()) {
            int room = Math.max(cells, 2 * ids.capacity());
            ids = direct(room);
            mask = direct(room);
            types = direct(room);
        }
        ids.clear();
        mask.clear();
        types.clear();
    }

    private static LongBuffer direct(int longs) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(longs, Long.BYTES))
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }
}
