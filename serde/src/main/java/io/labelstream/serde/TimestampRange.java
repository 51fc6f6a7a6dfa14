package io.labelstream.serde;

import java.time.Duration;

/**
 * The timestamps that a topic takes: a broker refuses a whole batch for one that is out of range.
 *
 * @param maxAhead how far in the future
 * @param maxBehind how far in the past; null for no limit
 */
record TimestampRange(Duration maxAhead, Duration maxBehind) {

    /**
     * Whether a timestamp is taken.
     *
     * @param now in milliseconds since 1970-01-01 UTC, as the timestamp
     */
    boolean holds(long timestamp, long now) {
        return timestamp >= 0
                && timestamp - now <= maxAhead.toMillis()
                && (maxBehind == null || now - timestamp <= maxBehind.toMillis());
    }
}
