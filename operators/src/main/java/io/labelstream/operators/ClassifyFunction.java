package io.labelstream.operators;

import io.labelstream.inference.ClassifierSession;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Classifies texts in micro-batches, on a session of its own.
 *
 * <p>Threads: Flink calls in on the task thread, which only hands texts to the {@link
 * InferenceWorker}; the worker's thread runs the model; results are put together on the task thread
 * again; an {@link InferenceWatchdog} looks after the worker. A checkpoint flushes nothing: Flink
 * stores the waiting inputs itself. But it fails where the worker is dead, so no text can be stuck
 * while checkpoints go on.
 */
public final class ClassifyFunction extends RichAsyncFunction<TokenizedText, Outcome>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final ClassifierSettings settings;
    private transient OutcomeBuilder outcomes;
    private transient long timeoutNanos;
    private transient ClassifyMetrics metrics;
    private transient ResultCache cache;
    private transient DeviceLease device;
    private transient ClassifierSession session;
    private transient InferenceWorker<PendingText> worker;
    private transient InferenceWatchdog watchdog;

    public ClassifyFunction(ClassifierSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        FatalStart.orEnd(this::open);
    }

    private void open() {
        BundledNatives.check();
        ModelBundle bundle = settings.loadBundle();
        device = DeviceLease.take(devices());
        session = ClassifierSession.open(bundle, settings.session(device.index()));
        timeoutNanos = settings.timeout().toNanos();
        MetricGroup group = getRuntimeContext().getMetricGroup().addGroup("labelstream");
        metrics = new ClassifyMetrics(group);
        cache = new ResultCache(settings.cacheTexts());
        outcomes = new OutcomeBuilder(settings, bundle, metrics, new DeadLetterCounters(group));
        String task = getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks();
        worker =
                new InferenceWorker<>(
                        "inference-" + task,
                        settings.budget(session.onCuda()),
                        settings.linger(),
                        new ClassifyBatch(
                                session, outcomes, settings.withAttention(), cache, metrics),
                        (text, cause) -> text.fail(InferenceWorker.ended(cause)));
        watchdog =
                new InferenceWatchdog(
                        "inference-watchdog-" + task,
                        session::runUnderWay,
                        session::endRun,
                        worker,
                        settings.runTimeout(),
                        InferenceWatchdog.PATIENCE);
        metrics.watchWaiting(worker::waiting);
        metrics.watchCache(cache);
    }

    /** The TaskManager's where Flink manages GPUs (external resource {@code gpu}), else 0. */
    private List<Integer> devices() {
        List<Integer> devices =
                getRuntimeContext().getExternalResourceInfos("gpu").stream()
                        .map(ClassifyFunction::index)
                        .sorted()
                        .toList();
        return devices.isEmpty() ? List.of(0) : devices;
    }

    private static int index(ExternalResourceInfo device) {
        return Integer.parseInt(device.getProperty("index").orElse("0"));
    }

    @Override
    public void asyncInvoke(TokenizedText text, ResultFuture<Outcome> result) {
        if (text.isTombstone()) {
            // Through here all the same, so that it keeps its place behind what came before it.
            result.complete(List.of(outcomes.tombstone(text.message())));
            return;
        }
        long now = System.nanoTime();
        PendingText pending = new PendingText(text, result, now, now + timeoutNanos);
        Optional<ModelOutput> known =
                cache.enabled() ? cache.find(text.encoded()) : Optional.empty();
        if (known.isPresent()) {
            pending.complete(() -> outcomes.of(text, known.get(), 1));
            metrics.answered(System.nanoTime() - now);
            return;
        }
        worker.submit(pending, text.ids().length);
    }

    /**
     * Lets one text go, or the job, as the settings say; the run's own answer, should it come, is
     * ignored. Where the worker is dead, no text is to blame.
     */
    @Override
    public void timeout(TokenizedText text, ResultFuture<Outcome> result) {
        worker.checkAlive();
        result.complete(List.of(outcomes.timedOut(text)));
    }

    /**
     * Refuses a checkpoint once the worker has failed: it would lack the texts that were failed
     * with it, for the operator drops these before the task has ended.
     */
    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        worker.checkAlive();
    }

    /** There is no state of ours: Flink stores what waits. */
    @Override
    public void initializeState(FunctionInitializationContext context) {}

    /**
     * In this order, also half way through {@link #open}: a session freed under a run kills the
     * JVM. So this waits for the run under way, however long it takes to end. The second time
     * nothing happens.
     */
    @Override
    public void close() {
        try {
            if (session != null) {
                endRunAndFree();
            }
        } finally {
            if (device != null) {
                device.close();
            }
        }
    }

    private void endRunAndFree() {
        session.terminate();
        if (worker != null) {
            worker.close();
        }
        if (watchdog != null) {
            watchdog.close();
        }
        session.close();
        session = null;
    }
}
