package io.labelstream.benchmark.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Batches as model servers form them: the first that waits, and those that come within a few
 * milliseconds, up to a number. Safe for use by several threads.
 *
 * @param <T> what is batched
 */
final class DynamicBatcher<T> {

    private final BlockingQueue<T> waiting = new LinkedBlockingQueue<>();
    private final int batch;
    private final long lingerNanos;

    /**
     * Makes a batcher.
     *
     * @param batch most items of a batch
     * @param linger how long the first item may wait for others
     */
    DynamicBatcher(int batch, Duration linger) {
        this.batch = batch;
        this.lingerNanos = linger.toNanos();
    }

    void add(T item) {
        waiting.add(item);
    }

    /** Waits for a batch; never empty, and in the order of arrival. */
    List<T> take() throws InterruptedException {
        List<T> items = new ArrayList<>(batch);
        items.add(waiting.take());
        long deadline = System.nanoTime() + lingerNanos;
        while (items.size() < batch) {
            waiting.drainTo(items, batch - items.size());
            if (items.size() < batch) {
                T next = waiting.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    break;
                }
                items.add(next);
            }
        }
        return items;
    }
}
