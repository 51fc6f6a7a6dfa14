package io.labelstream.serde;

import java.io.Serializable;
import java.time.Duration;

/**
 * What dead letters hold.
 *
 * @param topic where they go
 * @param payload whether they hold the message's value
 * @param maxBytes a letter that would be larger leaves out what makes it so, in bytes of key,
 *     headers and value as the broker counts them
 * @param maxAhead how far in the future a timestamp may be
 * @param maxBehind how far in the past a timestamp may be; null for no limit
 */
public record DeadLetterSettings(
        String topic, Payload payload, int maxBytes, Duration maxAhead, Duration maxBehind)
        implements Serializable {

    /** What becomes of the value. */
    public enum Payload {
        /** It is kept, byte for byte. */
        FULL,
        /** It is left out; its size and sha256 stand in headers. */
        HASH
    }

    TimestampRange timestamps() {
        return new TimestampRange(maxAhead, maxBehind);
    }
}
