package io.labelstream.endtoend;

import io.labelstream.serde.RawMessage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Holds checkpoints up while a test wants it: the sinks of its task have flushed their transactions
 * and handed them over, but none can be committed before the checkpoint completes.
 */
final class HoldSnapshot implements MapFunction<RawMessage, RawMessage>, CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private static final long AT_MOST_SECONDS = 120;

    private static final Semaphore MAY_PASS = new Semaphore(1);

    /** The next checkpoint waits for {@link #release}. */
    static void hold() {
        MAY_PASS.acquireUninterruptibly();
    }

    static boolean isHolding() {
        return MAY_PASS.hasQueuedThreads();
    }

    static void release() {
        MAY_PASS.release();
    }

    @Override
    public RawMessage map(RawMessage message) {
        return message;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws InterruptedException {
        if (!MAY_PASS.tryAcquire(AT_MOST_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The test did not release the checkpoint");
        }
        MAY_PASS.release();
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        // Nothing is kept.
    }
}
