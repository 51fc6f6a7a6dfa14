package io.labelstream.streaming.commit;

import java.util.List;
import java.util.stream.Collectors;

/** A transaction whose results no reader will see, as far as the broker can tell. */
record LostTransaction(GuardedCommittable committable, TransactionFate fate) {

    /** What can be said of several: lost, unless one of them may have been committed. */
    static String verdict(List<LostTransaction> transactions) {
        return transactions.stream().allMatch(transaction -> transaction.fate().isLost())
                ? "Results are lost"
                : "Results are lost, or not known to be committed";
    }

    /** In words, with at most so many source partitions. */
    String describe(int maxPartitions) {
        return "%s: %s; it holds the results of %s"
                .formatted(committable, fate, positions(maxPartitions));
    }

    private String positions(int maxPartitions) {
        List<SourceRange> positions = committable.positions();
        if (positions.isEmpty()) {
            return "messages that an older checkpoint does not name";
        }
        String named =
                positions.stream()
                        .limit(maxPartitions)
                        .map(SourceRange::toString)
                        .collect(Collectors.joining(", "));
        List<SourceRange> others =
                positions.subList(Math.min(maxPartitions, positions.size()), positions.size());
        return others.isEmpty()
                ? named
                : "%s and %d partitions more with %d messages"
                        .formatted(
                                named,
                                others.size(),
                                others.stream().mapToLong(SourceRange::messages).sum());
    }
}
