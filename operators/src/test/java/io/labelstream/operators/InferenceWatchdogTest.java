package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InferenceWatchdogTest {

    private static final Duration RUN_TIMEOUT = Duration.ofMillis(100);

    /** Where nothing else is waited for. */
    private static final Duration NEVER = Duration.ofHours(1);

    private final BlockingQueue<Long> ended = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failed = new LinkedBlockingQueue<>();
    private final AtomicLong runUnderWay = new AtomicLong();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final InferenceWorker<String> worker =
            worker((item, cause) -> failed.add(item + ": " + cause.getMessage()));

    @AfterEach
    void close() {
        go.countDown();
        worker.close();
    }

    @Test
    void endsTheRunThatTakesTooLong() throws InterruptedException {
        try (InferenceWatchdog watchdog = watchdog(ended::add, NEVER)) {
            long start = System.nanoTime();
            runUnderWay.set(7);

            assertThat(ended.poll(10, TimeUnit.SECONDS)).isEqualTo(7);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(RUN_TIMEOUT.toNanos());
        }
    }

    @Test
    void timeOfOneRunIsNotCountedForTheNext() throws InterruptedException {
        try (InferenceWatchdog watchdog = watchdog(ended::add, NEVER)) {
            long end = System.nanoTime() + 10 * RUN_TIMEOUT.toNanos();
            while (System.nanoTime() < end) {
                // Each of some milliseconds, as far as the machine lets this thread run.
                runUnderWay.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(2);
            }
            runUnderWay.set(0);

            assertThat(ended.poll(300, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void runThatDoesNotEndFailsAllThatWaitForIt() throws InterruptedException {
        try (InferenceWatchdog watchdog = watchdog(ended::add, Duration.ofMillis(200))) {
            worker.submit("a", 1);
            busy.await();
            worker.submit("b", 1);
            runUnderWay.set(1);

            assertThat(failed.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(
                            "a: a run took longer than batch.run-timeout (100 ms) and did not end within 200 ms of being told to. Its thread is stuck in the model; where it stays so, Flink ends the TaskManager after task.cancellation.timeout.");
            assertThat(failed.poll(10, TimeUnit.SECONDS)).startsWith("b: a run took longer");
            assertThat(ended).contains(1L);
        }
    }

    @Test
    void noErrorEndsIt() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        LongConsumer failsAtFirst =
                run -> {
                    switch (calls.incrementAndGet()) {
                        case 1 -> throw new OutOfMemoryError("test");
                        case 2 -> throw new NoClassDefFoundError("test");
                        case 3 -> throw new IllegalStateException("test");
                        default -> ended.add(run);
                    }
                };
        try (InferenceWatchdog watchdog = watchdog(failsAtFirst, NEVER)) {
            runUnderWay.set(3);

            assertThat(ended.poll(10, TimeUnit.SECONDS)).isEqualTo(3);
        }
    }

    @Test
    void strayInterruptDoesNotEndIt() throws InterruptedException {
        try (InferenceWatchdog watchdog = watchdog(ended::add, NEVER)) {
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("watchdog under test"))
                    .forEach(Thread::interrupt);
            runUnderWay.set(4);

            assertThat(ended.poll(10, TimeUnit.SECONDS)).isEqualTo(4);
        }
    }

    @Test
    void tellsOfADeadThreadUntilItIsHeard() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        InferenceWorker<String> dead =
                worker(
                        (item, cause) -> {
                            if (calls.incrementAndGet() <= 3) {
                                throw new OutOfMemoryError("no memory to tell it");
                            }
                            failed.add(item);
                        });
        dead.submit("a", 1);
        busy.await();
        try (InferenceWatchdog watchdog =
                new InferenceWatchdog(
                        "watchdog", runUnderWay::get, ended::add, dead, RUN_TIMEOUT, NEVER)) {
            dead.fail(new OutOfMemoryError("test"));

            assertThat(failed.poll(2, TimeUnit.SECONDS)).isEqualTo("a");
        }
        go.countDown();
        dead.close();
    }

    @Test
    void closeEndsTheThread() {
        watchdog(ended::add, NEVER).close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("watchdog under test");
    }

    private InferenceWatchdog watchdog(LongConsumer endRun, Duration patience) {
        return new InferenceWatchdog(
                "watchdog under test", runUnderWay::get, endRun, worker, RUN_TIMEOUT, patience);
    }

    /** One whose run goes on until the test lets it end. */
    private InferenceWorker<String> worker(BiConsumer<String, Throwable> onFailure) {
        return new InferenceWorker<>(
                "worker",
                new TokenBudget(100, 1, 100),
                Duration.ZERO,
                (List<String> batch) -> {
                    busy.countDown();
                    go.await();
                },
                onFailure);
    }
}
