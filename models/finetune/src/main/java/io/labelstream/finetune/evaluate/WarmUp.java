package io.labelstream.finetune.evaluate;

import java.util.List;

/** What runs before the clock does: the first batches of a process are slower. */
final class WarmUp {

    private static final int MOST = 64;

    private WarmUp() {}

    /** The first of some rows. */
    static <T> List<T> rows(List<T> rows) {
        return rows.subList(0, Math.min(MOST, rows.size()));
    }
}
