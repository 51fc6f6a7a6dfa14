package io.labelstream.operators;

import io.labelstream.inference.EncodedText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pending texts of one batch whose tokens are the same: one row of a run answers them all.
 *
 * @param pending at least one
 */
record SameText(List<PendingText> pending) {

    /** Each text by itself. */
    static List<SameText> apart(List<PendingText> batch) {
        return batch.stream().map(text -> new SameText(List.of(text))).toList();
    }

    /** Equal ones together, in the order of the first of each. */
    static List<SameText> together(List<PendingText> batch) {
        Map<TokenKey, SameText> groups = new LinkedHashMap<>();
        for (PendingText text : batch) {
            groups.computeIfAbsent(
                            new TokenKey(text.encoded()), key -> new SameText(new ArrayList<>()))
                    .pending()
                    .add(text);
        }
        return List.copyOf(groups.values());
    }

    /** Whether all of them have been answered for, so that no run need be spent on them. */
    boolean isTooLate(long nowNanos) {
        for (PendingText text : pending) {
            if (!text.isTooLate(nowNanos)) {
                return false;
            }
        }
        return true;
    }

    EncodedText encoded() {
        return pending.get(0).encoded();
    }
}
