package io.labelstream.streaming.commit;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Results were written, and counted as done by a checkpoint, but could not be committed. The
 * message says which messages they were of, and how to go on.
 */
public final class LostResultsException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int MAX_TRANSACTIONS = 10;
    private static final int MAX_PARTITIONS = 20;
    private static final String LOOK_FIRST =
            " Where it is not known, look in the output topic for results of these offsets before you send the messages again.";

    LostResultsException(String sink, List<LostTransaction> lost) {
        super(message(sink, lost));
    }

    private static String message(String sink, List<LostTransaction> lost) {
        String named =
                lost.stream()
                        .limit(MAX_TRANSACTIONS)
                        .map(transaction -> transaction.describe(MAX_PARTITIONS))
                        .collect(Collectors.joining("; "));
        String more =
                lost.size() > MAX_TRANSACTIONS
                        ? "; and %d transactions more, which the log names"
                                .formatted(lost.size() - MAX_TRANSACTIONS)
                        : "";
        boolean lookFirst = !lost.stream().allMatch(transaction -> transaction.fate().isLost());
        return """
                %s: sink %s could not commit what a checkpoint had counted as done. %s%s. \
                Kafka gives up a transaction that is open for longer than output.transaction-timeout, \
                or when another job uses the same output.transactional-id-prefix. \
                The messages are not classified again by themselves; they are still in the input topic, at the offsets given here.%s \
                Start again with output.lost-results set to report to go on without these results: \
                the log then names those of every slot, of which this is one."""
                .formatted(
                        LostTransaction.verdict(lost),
                        sink,
                        named,
                        more,
                        lookFirst ? LOOK_FIRST : "");
    }
}
