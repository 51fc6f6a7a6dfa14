package io.labelstream.operators;

import io.labelstream.inference.EncodedText;
import java.util.Arrays;

/**
 * What a model reads of a text: texts with equal keys get the same answer. Immutable, as long as
 * nobody writes to the ids.
 */
final class TokenKey {

    private final int[] ids;
    private final int pairStart;
    private final int hash;

    TokenKey(EncodedText text) {
        this.ids = text.ids();
        this.pairStart = text.pairStart();
        this.hash = 31 * Arrays.hashCode(ids) + pairStart;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenKey key
                && hash == key.hash
                && pairStart == key.pairStart
                && Arrays.equals(ids, key.ids);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
