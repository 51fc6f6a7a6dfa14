package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.World;
import io.labelstream.inference.TinyBundle;
import java.util.Arrays;
import java.util.Collections;

/**
 * Texts that take the tiny model some 50 ms each, in every run and wherever they stand in it: with
 * enough of them a queue fills and stays full.
 */
final class SlowTexts {

    /** Twelve times some 4 ms. */
    static final String TEXT = String.join(" ", Collections.nCopies(12, TinyBundle.SLOW_WORD));

    private SlowTexts() {}

    /** Sends so many, to all partitions in turn. */
    static void send(World world, int count) {
        world.feed().send(TEXT, count, Expectation.LABELLED);
    }

    /**
     * Checks that so many messages have no output yet.
     *
     * @return how many have none
     */
    static int requireWaiting(World world, int least) {
        int waiting = Arrays.stream(world.waiting()).sum();
        if (waiting < least) {
            throw new AssertionError(
                    "%d messages wait, expected at least %d: the run proves nothing"
                            .formatted(waiting, least));
        }
        return waiting;
    }

    /**
     * Checks that more messages wait for each slot than its queue holds.
     *
     * @param slots each has as many partitions as any other
     */
    static void requireFullQueues(World world, int slots, int capacity) {
        int[] waiting = world.waiting();
        int ofSlot = Arrays.stream(waiting).min().orElseThrow() * (waiting.length / slots);
        if (ofSlot <= capacity) {
            throw new AssertionError(
                    "Of the partitions wait %s messages, too few for %d queues of %d: the run proves nothing"
                            .formatted(Arrays.toString(waiting), slots, capacity));
        }
    }
}
