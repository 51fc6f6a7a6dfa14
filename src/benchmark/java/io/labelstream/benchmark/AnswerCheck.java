package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether results are what the engine answers alone: no text twice, none lost, the same label, the
 * same score. No figure of a contender counts before this held.
 */
final class AnswerCheck {

    /** Most by which a score may differ: none does in fp32 but by the last bits. */
    static final double TOLERANCE = 1e-4;

    private AnswerCheck() {}

    /**
     * Compares.
     *
     * @param expected of each text of the set
     * @param preloaded how many texts were in the input topic
     * @throws FailureException at the first result that is not as expected
     */
    static void check(
            String contender,
            TextSet texts,
            List<Answer> expected,
            int partitions,
            long preloaded,
            List<Labelled> results) {
        Map<Integer, BitSet> seen = new HashMap<>();
        for (Labelled result : results) {
            String position = result.partition() + "@" + result.offset();
            long number = result.offset() * partitions + result.partition();
            if (result.partition() >= partitions || number >= preloaded) {
                throw new FailureException(
                        "Contender %s: a result names position %s; expected a position of the %d texts in the input."
                                .formatted(contender, position, preloaded));
            }
            BitSet ofPartition = seen.computeIfAbsent(result.partition(), p -> new BitSet());
            if (ofPartition.get((int) result.offset())) {
                throw new FailureException(
                        "Contender %s: position %s was labelled twice; expected exactly once."
                                .formatted(contender, position));
            }
            ofPartition.set((int) result.offset());
            Answer right = expected.get(texts.index(number));
            Answer found = result.answer();
            if (!found.label().equals(right.label())
                    || Math.abs(found.score() - right.score()) > TOLERANCE) {
                throw new FailureException(
                        "Contender %s, position %s: found %s %.6f, expected %s %.6f, as the engine alone answers."
                                .formatted(
                                        contender,
                                        position,
                                        found.label(),
                                        found.score(),
                                        right.label(),
                                        right.score()));
            }
        }
        seen.forEach((partition, offsets) -> checkNoneLost(contender, partition, offsets));
    }

    /** Contenders keep the order of a partition: their results may end early, but have no holes. */
    private static void checkNoneLost(String contender, int partition, BitSet offsets) {
        int missing = offsets.nextClearBit(0);
        if (missing < offsets.length()) {
            throw new FailureException(
                    "Contender %s: position %d@%d has no result; found %d results of partition %d, up to offset %d, expected one for each offset up to there."
                            .formatted(
                                    contender,
                                    partition,
                                    missing,
                                    offsets.cardinality(),
                                    partition,
                                    offsets.length() - 1));
        }
    }
}
