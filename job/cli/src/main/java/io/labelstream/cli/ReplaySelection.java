package io.labelstream.cli;

import io.labelstream.serde.SourcePosition;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decides of one dead letter after another whether it goes back. Used by one thread, once. */
final class ReplaySelection {

    private final DeadLetterFilter filter;
    private final long limit;
    private final ReplaySummary summary = new ReplaySummary();

    /**
     * Has seen nothing yet.
     *
     * @param limit of how many go back, at least 1
     */
    ReplaySelection(DeadLetterFilter filter, long limit) {
        this.filter = filter;
        this.limit = limit;
    }

    /** What the headers of a dead letter say, if it goes back. */
    Optional<DeadLetterHeaders> choose(ConsumerRecord<byte[], byte[]> letter) {
        SourcePosition position = ReplayRecord.position(letter);
        Optional<DeadLetterHeaders> said = DeadLetterHeaders.read(letter.headers());
        if (said.isEmpty()) {
            summary.addUnreadable(position);
            return said;
        }
        boolean chosen = filter.chooses(said.get());
        summary.add(position, said.get(), chosen);
        return said.filter(headers -> chosen && headers.obstacle().isEmpty());
    }

    /** Whether as many were chosen as may go back. */
    boolean isFull() {
        return summary.toSend() >= limit;
    }

    ReplaySummary summary() {
        return summary;
    }
}
