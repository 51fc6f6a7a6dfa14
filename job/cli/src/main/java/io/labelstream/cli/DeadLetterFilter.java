package io.labelstream.cli;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.SourcePosition;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are chosen: those for which everything holds that is not empty.
 *
 * @param reasons one of these
 * @param stages one of these
 * @param sourceTopics the message was read from one of these
 * @param from the message's timestamp is this or later
 * @param until the message's timestamp is earlier; with one of both, a message without a timestamp
 *     is not chosen
 * @param positions the message stood at one of these
 */
record DeadLetterFilter(
        Set<DeadLetter.Reason> reasons,
        Set<DeadLetter.Stage> stages,
        Set<String> sourceTopics,
        Optional<Instant> from,
        Optional<Instant> until,
        Set<SourcePosition> positions) {

    boolean chooses(DeadLetterHeaders letter) {
        return isOne(reasons, letter.reason())
                && isOne(stages, letter.stage())
                && isOne(sourceTopics, letter.source().topic())
                && isOne(positions, letter.source())
                && isInTime(letter.timestamp());
    }

    private static <T> boolean isOne(Set<T> chosen, T value) {
        return chosen.isEmpty() || chosen.contains(value);
    }

    private boolean isInTime(long timestamp) {
        if (from.isEmpty() && until.isEmpty()) {
            return true;
        }
        Instant time = Instant.ofEpochMilli(timestamp);
        return timestamp >= 0
                && (from.isEmpty() || !time.isBefore(from.get()))
                && (until.isEmpty() || time.isBefore(until.get()));
    }

    /** Whether every dead letter is chosen. */
    boolean choosesAll() {
        return reasons.isEmpty()
                && stages.isEmpty()
                && sourceTopics.isEmpty()
                && positions.isEmpty()
                && from.isEmpty()
                && until.isEmpty();
    }
}
