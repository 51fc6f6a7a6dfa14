package io.labelstream.operators;

import io.labelstream.inference.EncodedText;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A text that waits for its result.
 *
 * @param arrivedNanos on the clock of {@link System#nanoTime}
 * @param deadlineNanos on the clock of {@link System#nanoTime}; Flink's own timeout, which began a
 *     little earlier, has then answered for it
 */
record PendingText(
        TokenizedText text, ResultFuture<Outcome> result, long arrivedNanos, long deadlineNanos) {

    private static final Logger LOG = LoggerFactory.getLogger(PendingText.class);

    EncodedText encoded() {
        return text.encoded();
    }

    /**
     * Answers.
     *
     * @param outcome called on the task thread
     */
    void complete(Supplier<Outcome> outcome) {
        unlessCancelled(() -> result.complete(() -> List.of(outcome.get())));
    }

    /** Whether it has been answered for, so that no run need be spent on it. */
    boolean isTooLate(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /**
     * Fails the job, from whichever thread. The operator then drops this text from its queue, as if
     * it had been answered, and the task may go on for a moment: no checkpoint must be taken from
     * here on ({@link ClassifyFunction#snapshotState}).
     */
    void fail(Throwable cause) {
        unlessCancelled(() -> result.completeExceptionally(cause));
    }

    /** A cancelled task takes no answers, but its neighbours in the batch may still. */
    private void unlessCancelled(Runnable answer) {
        try {
            answer.run();
        } catch (RejectedExecutionException e) {
            LOG.debug("The task was cancelled while {} was classified", text.message().position());
        }
    }
}
