package io.labelstream.endtoend;

import io.labelstream.serde.RawMessage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.functions.MapFunction;

/** Fails the job at the next message after a test has asked for it. */
final class FailOnDemand implements MapFunction<RawMessage, RawMessage> {
    private static final long serialVersionUID = 1L;

    private static final AtomicInteger WANTED = new AtomicInteger();
    private static final AtomicInteger FAILED = new AtomicInteger();

    static void reset() {
        WANTED.set(0);
        FAILED.set(0);
    }

    static void failOnce() {
        WANTED.incrementAndGet();
    }

    static int failures() {
        return FAILED.get();
    }

    @Override
    public RawMessage map(RawMessage message) {
        if (WANTED.getAndUpdate(wanted -> Math.max(0, wanted - 1)) > 0) {
            FAILED.incrementAndGet();
            throw new IllegalStateException("The test asked for this failure");
        }
        return message;
    }
}
