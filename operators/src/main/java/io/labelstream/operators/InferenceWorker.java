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
 * <p>Threads: any thread may {@link #submit} or {@link #fail}; {@code run} is called on the owner
 * thread only. They meet in the batcher, under one lock.
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
    private List<T> running = List.of();
    private boolean leftSomeBehind;
    private boolean stopped;

    /** Written once, and before anything that takes memory. */
    private volatile Throwable failure;

    private volatile boolean told;

    /**
     * Starts the thread.
     *
     * @param linger how long a session that had nothing left to run waits for a fuller run; zero
     *     for not at all
     * @param runner runs a batch; what it throws ends this worker
     * @param onFailure told of each item that will not be run, with the cause; perhaps more than
     *     once, and on any thread
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
        try {
            for (List<T> batch = next(); !batch.isEmpty(); batch = next()) {
                runner.run(batch);
            }
        } catch (Throwable t) {
            // Whatever it was, an OutOfMemoryError too: a dead thread must not look like a slow
            // one.
            fail(t);
        }
    }

    /** The next batch; empty when the worker was stopped. */
    private List<T> next() throws InterruptedException {
        lock.lock();
        try {
            running = List.of();
            while (!ending() && batcher.size() == 0) {
                changed.await();
            }
            // What the last run left behind has waited for it already.
            long nanos = leftSomeBehind ? 0 : linger.toNanos();
            while (!ending() && nanos > 0 && !batcher.full()) {
                nanos = changed.awaitNanos(nanos);
            }
            running = ending() ? List.of() : batcher.take();
            leftSomeBehind = batcher.size() > 0;
            return running;
        } finally {
            lock.unlock();
        }
    }

    private boolean ending() {
        return stopped || failure != null;
    }

    /**
     * Takes no more batches, and fails all that waits and all that comes. Where there is no memory
     * to tell those that wait, {@link #tellFailure} does it later, and {@link #checkAlive} knows at
     * once.
     */
    void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        tellFailure();
    }

    /** Tells all that waits of the failure, if there is one; to be called until it worked. */
    void tellFailure() {
        Throwable cause = failure;
        if (cause == null || told) {
            return;
        }
        try {
            boolean all = true;
            for (T item : unanswered()) {
                all &= tell(item, cause);
            }
            told = all;
            if (all) {
                LOG.error("The inference thread has ended: {}", cause.toString());
            }
        } catch (OutOfMemoryError e) {
            // Not even for a list of them: the next call may find some.
            told = false;
        }
    }

    /** Not taken out: who was told already ignores it the second time. */
    private List<T> unanswered() {
        lock.lock();
        try {
            List<T> items = new ArrayList<>(running);
            items.addAll(batcher.items());
            return items;
        } finally {
            lock.unlock();
        }
    }

    private boolean tell(T item, Throwable cause) {
        try {
            onFailure.accept(item, cause);
            return true;
        } catch (RuntimeException | Error e) {
            // One that cannot be told must not keep it from the others.
            return false;
        }
    }

    /**
     * Checks that what is submitted is run.
     *
     * @throws IllegalStateException if this worker has failed
     */
    void checkAlive() {
        Throwable cause = failure;
        if (cause != null) {
            throw ended(cause);
        }
    }

    /** What the job fails with. */
    static IllegalStateException ended(Throwable cause) {
        return new IllegalStateException("The inference thread has ended: " + cause, cause);
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
        join(thread);
    }

    /** Waits until a thread has ended; an interrupt meanwhile is passed on afterwards. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The session must not be freed under a run: wait on.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
