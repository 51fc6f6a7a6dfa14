package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class InferenceWorkerTest {

    private static final TokenBudget BUDGET = new TokenBudget(100, 8, 100);

    private final BlockingQueue<List<String>> runs = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failed = new LinkedBlockingQueue<>();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    @Test
    void loneItemRunsAtOnce() throws InterruptedException {
        try (InferenceWorker<String> worker = worker(Duration.ZERO, runs::add)) {
            worker.submit("a", 1);

            assertThat(runs.poll(10, TimeUnit.SECONDS)).containsExactly("a");
        }
    }

    @Test
    void takesWhatGatheredWhileTheSessionWasBusy() throws InterruptedException {
        try (InferenceWorker<String> worker = worker(Duration.ZERO, this::runWhenToldTo)) {
            worker.submit("a", 1);
            busy.await();
            for (String item : List.of("b", "c", "d")) {
                worker.submit(item, 1);
            }
            go.countDown();

            assertThat(runs.poll(10, TimeUnit.SECONDS)).containsExactly("a");
            assertThat(runs.poll(10, TimeUnit.SECONDS)).containsExactly("b", "c", "d");
        }
    }

    @Test
    void lingersForAFullerRunButNotForever() throws InterruptedException {
        try (InferenceWorker<String> worker = worker(Duration.ofMillis(200), runs::add)) {
            long start = System.nanoTime();
            worker.submit("a", 1);
            worker.submit("b", 1);

            assertThat(runs.poll(10, TimeUnit.SECONDS)).containsExactly("a", "b");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000_000L);
        }
    }

    @Test
    void whatTheLastRunLeftBehindDoesNotLingerAgain() throws InterruptedException {
        try (InferenceWorker<String> worker = worker(Duration.ofSeconds(1), runs::add)) {
            long start = System.nanoTime();
            // Too few tokens to fill a run, and too many padded ones to share it.
            worker.submit("a", 30);
            worker.submit("b", 60);

            assertThat(runs.poll(10, TimeUnit.SECONDS)).containsExactly("a");
            assertThat(runs.poll(10, TimeUnit.SECONDS)).containsExactly("b");
            assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
        }
    }

    @Test
    void fullRunDoesNotLinger() throws InterruptedException {
        try (InferenceWorker<String> worker = worker(Duration.ofMinutes(5), runs::add)) {
            worker.submit("a", 100);

            assertThat(runs.poll(10, TimeUnit.SECONDS)).containsExactly("a");
        }
    }

    @Test
    void deadThreadFailsAllThatWaitsAndAllThatComes() throws InterruptedException {
        try (InferenceWorker<String> worker =
                worker(
                        Duration.ZERO,
                        batch -> {
                            busy.countDown();
                            go.await();
                            throw new OutOfMemoryError("test");
                        })) {
            worker.submit("a", 1);
            busy.await();
            worker.submit("b", 1);
            go.countDown();
            assertThat(failedItems(2)).containsExactly("a", "b");

            worker.submit("c", 1);
            assertThat(failedItems(1)).containsExactly("c");
        }
    }

    static Stream<Throwable> errors() {
        return Stream.of(
                new OutOfMemoryError("test"),
                new NoClassDefFoundError("test"),
                new StackOverflowError("test"),
                new IllegalStateException("test"),
                new Exception("test"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void whateverEndsTheThreadIsToldAtOnce(Throwable error) throws InterruptedException {
        BlockingQueue<Throwable> told = new LinkedBlockingQueue<>();
        try (InferenceWorker<String> worker =
                new InferenceWorker<>(
                        "test",
                        BUDGET,
                        Duration.ZERO,
                        batch -> InferenceWorkerTest.<RuntimeException>sneak(error),
                        (item, cause) -> told.add(cause))) {
            worker.submit("a", 1);

            assertThat(told.poll(2, TimeUnit.SECONDS)).isSameAs(error);
            assertThatThrownBy(worker::checkAlive)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("The inference thread has ended: " + error)
                    .hasCause(error);
        }
    }

    @Test
    void workerThatWasFailedFromOutsideTellsAlsoTheBatchUnderWayAndRunsNoMore()
            throws InterruptedException {
        try (InferenceWorker<String> worker = worker(Duration.ZERO, this::runWhenToldTo)) {
            worker.submit("a", 1);
            busy.await();
            worker.submit("b", 1);
            worker.checkAlive();
            worker.fail(new IllegalStateException("stuck"));
            assertThat(failedItems(2)).containsExactly("a", "b");
            go.countDown();
            assertThat(runs.poll(10, TimeUnit.SECONDS)).containsExactly("a");

            worker.submit("c", 1);
            assertThat(failedItems(1)).containsExactly("c");
        }
        assertThat(runs).isEmpty();
    }

    @Test
    void whoCouldNotBeToldIsToldLater() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        try (InferenceWorker<String> worker =
                new InferenceWorker<>(
                        "test",
                        BUDGET,
                        Duration.ZERO,
                        this::runWhenToldTo,
                        (item, cause) -> {
                            if (calls.incrementAndGet() == 1) {
                                throw new OutOfMemoryError("no memory to tell it");
                            }
                            failed.add(item);
                        })) {
            worker.submit("a", 1);
            busy.await();
            worker.fail(new OutOfMemoryError("test"));
            assertThat(failed).isEmpty();

            worker.tellFailure();
            assertThat(failedItems(1)).containsExactly("a");
            worker.tellFailure();
            assertThat(failed).as("told once is enough").isEmpty();
            go.countDown();
        }
    }

    @SuppressWarnings(
            "unchecked") // The compiler takes it for a RuntimeException; the JVM does not.
    private static <E extends Throwable> void sneak(Throwable error) throws E {
        throw (E) error;
    }

    @Test
    void failureThatCannotBeToldHidesNoOther() throws InterruptedException {
        try (InferenceWorker<String> worker =
                new InferenceWorker<>(
                        "test",
                        BUDGET,
                        Duration.ZERO,
                        batch -> {
                            busy.countDown();
                            go.await();
                            throw new OutOfMemoryError("test");
                        },
                        (item, cause) -> {
                            if (item.equals("a")) {
                                throw new IllegalStateException("cannot be told");
                            }
                            failed.add(item);
                        })) {
            worker.submit("a", 1);
            busy.await();
            worker.submit("b", 1);
            go.countDown();

            assertThat(failedItems(1)).containsExactly("b");
        }
    }

    @Test
    void closeWaitsForTheRunUnderWayAndStartsNoOther() throws InterruptedException {
        InferenceWorker<String> worker = worker(Duration.ZERO, this::runWhenToldTo);
        worker.submit("a", 1);
        busy.await();
        worker.submit("b", 1);
        Thread closer = new Thread(worker::close);
        closer.start();
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(runs).isEmpty();
        go.countDown();
        closer.join();

        assertThat(runs).hasSize(1);
        assertThat(runs.poll()).containsExactly("a");
    }

    @Test
    void closeOutlivesAnInterrupt() throws InterruptedException {
        InferenceWorker<String> worker = worker(Duration.ZERO, this::runWhenToldTo);
        worker.submit("a", 1);
        busy.await();
        List<Boolean> stillInterrupted = new ArrayList<>();
        Thread closer =
                new Thread(
                        () -> {
                            Thread.currentThread().interrupt();
                            worker.close();
                            stillInterrupted.add(Thread.currentThread().isInterrupted());
                        });
        closer.start();
        go.countDown();
        closer.join();

        assertThat(runs).hasSize(1);
        assertThat(stillInterrupted).containsExactly(true);
    }

    /** A session that is busy until the test lets it go. */
    private void runWhenToldTo(List<String> batch) throws InterruptedException {
        busy.countDown();
        go.await();
        runs.add(batch);
    }

    private InferenceWorker<String> worker(
            Duration linger, InferenceWorker.BatchRunner<String> runner) {
        return new InferenceWorker<>(
                "test", BUDGET, linger, runner, (item, cause) -> failed.add(item));
    }

    private List<String> failedItems(int count) throws InterruptedException {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(failed.poll(10, TimeUnit.SECONDS));
        }
        return items;
    }
}
