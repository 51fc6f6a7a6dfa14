package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.World;
import io.labelstream.inference.TinyBundle;
import java.util.Collections;

/**
 * Texts that take the tiny model some 50 ms each, in every run and wherever they stand in it: with
 * enough of them a queue fills and stays full. They know how many of them still wait.
 */
final class SlowTexts {

    /** Twelve times some 4 ms. */
    static final String TEXT = String.join(" ", Collections.nCopies(12, TinyBundle.SLOW_WORD));

    private final World world;
    private final int count;
    private final int seenBefore;

    private SlowTexts(World world, int count, int seenBefore) {
        this.world = world;
        this.count = count;
        this.seenBefore = seenBefore;
    }

    /** Sends so many, to all partitions in turn. */
    static SlowTexts send(World world, int count) {
        int seenBefore = world.uncommitted().count();
        world.feed().send(TEXT, count, Expectation.LABELLED);
        return new SlowTexts(world, count, seenBefore);
    }

    /**
     * How many of them have no output yet, at least: all output since they were sent counts as
     * theirs. What is on its way to the reader, some tenths of a second, counts as waiting.
     */
    int waiting() {
        return count - (world.uncommitted().count() - seenBefore);
    }

    /**
     * Checks that so many have no output yet.
     *
     * @return how many have none
     */
    int requireWaiting(int least) {
        int waiting = waiting();
        if (waiting < least) {
            throw new AssertionError(
                    "%d of %d slow texts wait, expected at least %d: the run proves nothing"
                            .formatted(waiting, count, least));
        }
        return waiting;
    }

    /**
     * Checks that the queue of each slot is full: more of its texts wait than it holds, even if all
     * other slots have still to begin with theirs.
     *
     * @param slots each has as many partitions as any other
     * @param capacity of a slot's queue
     * @return how many have no output yet
     */
    int requireFullQueues(int slots, int capacity) {
        return requireWaiting(count - count / slots + capacity + 1);
    }
}
