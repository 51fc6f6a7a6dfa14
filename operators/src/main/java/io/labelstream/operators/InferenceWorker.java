package io.labelstream.operators;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns a session: it takes what waits as soon as it is free, and runs it. When
 * it is busy, items gather; so batches form by themselves, and nothing waits for a timer unless
 * {@code linger} is set.
 *
 * <p>Threads: any thread may {@link #submit}; {@code run} is called on the owner thread only. They
 * meet in the batcher, under one lock.
 *
 * @param <T> what is batched
 */
final class InferenceWorker<T> implements AutoCloseable {

    /** Runs a batch and answers each item. Called on the owner thread. */
    interface BatchRunner<T> {
        void run(List<T> batch) throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(InferenceWorker.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final MicroBatcher<T> batcher;
    private final Duration linger;
    private final BatchRunner<T> runner;
    private final BiConsumer<T, Throwable> onFailure;
    private final Thread thread;
    private boolean leftSomeBehind;
    private boolean stopped;
    private Throwable failure;

    /**
     * Starts the thread.
     *
     * @param linger how long a session that had nothing left to run waits for a fuller run; zero
     *     for not at all
     * @param runner runs a batch; what it throws ends this worker
     * @param onFailure told of each item that will not be run, with the cause
     */
    InferenceWorker(
            String name,
            TokenBudget budget,
            Duration linger,
            BatchRunner<T> runner,
            BiConsumer<T, Throwable> onFailure) {
        this.batcher = new MicroBatcher<>(budget);
        this.linger = linger;
        this.runner = runner;
        this.onFailure = onFailure;
        this.thread = new Thread(this::work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Lets an item wait for the session.
     *
     * @param tokens its length
     */
    void submit(T item, int tokens) {
        Throwable dead;
        lock.lock();
        try {
            dead = failure;
            if (dead == null) {
                batcher.add(item, tokens);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        if (dead != null) {
            onFailure.accept(item, dead);
        }
    }

    /** How many items wait. */
    int waiting() {
        lock.lock();
        try {
            return batcher.size();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        List<T> batch = List.of();
        try {
            for (batch = next(); !batch.isEmpty(); batch = next()) {
                runner.run(batch);
            }
        } catch (Throwable t) {
            // Whatever it was, an OutOfMemoryError too: a dead thread must not look like a slow
            // one.
            fail(batch, t);
        }
    }

    /** The next batch; empty when the worker was stopped. */
    private List<T> next() throws InterruptedException {
        lock.lock();
        try {
            while (!stopped && batcher.size() == 0) {
                changed.await();
            }
            // What the last run left behind has waited for it already.
            long nanos = leftSomeBehind ? 0 : linger.toNanos();
            while (!stopped && nanos > 0 && !batcher.full()) {
                nanos = changed.awaitNanos(nanos);
            }
            List<T> batch = stopped ? List.of() : batcher.take();
            leftSomeBehind = batcher.size() > 0;
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** In this order: whatever fails on the way, nothing may wait for a thread that is gone. */
    private void fail(List<T> batch, Throwable cause) {
        List<T> items = new ArrayList<>(batch);
        lock.lock();
        try {
            failure = cause;
            while (batcher.size() > 0) {
                items.addAll(batcher.take());
            }
        } finally {
            lock.unlock();
        }
        for (T item : items) {
            try {
                onFailure.accept(item, cause);
            } catch (RuntimeException | Error e) {
                cause.addSuppressed(e);
            }
        }
        LOG.error("The inference thread has ended: {}", cause.toString());
    }

    /** Stops taking batches and waits until the one under way, if any, has ended. */
    @Override
    public void close() {
        lock.lock();
        try {
            stopped = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The session must not be freed under a run: wait on, and pass the interrupt on.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
