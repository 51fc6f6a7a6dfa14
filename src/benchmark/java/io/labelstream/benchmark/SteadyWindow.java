package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import java.util.Collection;

/**
 * The time over which a rate is counted: it begins a warm-up after the first result, and ends after
 * the time box or with the last result, whichever comes first.
 *
 * @param texts results that were appended in it
 */
record SteadyWindow(long fromMillis, long toMillis, long texts) {

    /**
     * Finds the window.
     *
     * @param appendMillis when each result was appended, in any order
     * @throws FailureException if the results ended before the warm-up
     */
    static SteadyWindow of(Collection<Long> appendMillis, long warmUpMillis, long windowMillis) {
        long first = appendMillis.stream().mapToLong(Long::longValue).min().orElse(0);
        long last = appendMillis.stream().mapToLong(Long::longValue).max().orElse(0);
        long from = first + warmUpMillis;
        long to = Math.min(from + windowMillis, last);
        if (to <= from) {
            throw new FailureException(
                    "%d results over %d ms: no time is left after a warm-up of %d ms."
                            .formatted(appendMillis.size(), last - first, warmUpMillis));
        }
        long texts = appendMillis.stream().filter(time -> time > from && time <= to).count();
        return new SteadyWindow(from, to, texts);
    }

    double seconds() {
        return (toMillis - fromMillis) / 1000.0;
    }

    double textsPerSecond() {
        return texts / seconds();
    }
}
