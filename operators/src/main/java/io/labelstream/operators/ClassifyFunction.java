package io.labelstream.operators;

import io.labelstream.inference.ClassifierSession;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Classifies texts in micro-batches, on a session of its own.
 *
 * <p>Threads: Flink calls in on the task thread, which only hands texts to the {@link
 * InferenceWorker}; the worker's thread runs the model; results are put together on the task thread
 * again. A checkpoint flushes nothing: Flink stores the waiting inputs itself.
 */
public final class ClassifyFunction extends RichAsyncFunction<TokenizedText, Outcome> {
    private static final long serialVersionUID = 1L;

    private final ClassifierSettings settings;
    private transient OutcomeBuilder outcomes;
    private transient long timeoutNanos;
    private transient ClassifyMetrics metrics;
    private transient ResultCache cache;
    private transient ClassifierSession session;
    private transient InferenceWorker<PendingText> worker;

    public ClassifyFunction(ClassifierSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        FatalStart.orEnd(this::open);
    }

    private void open() {
        ModelBundle bundle = settings.loadBundle();
        session = ClassifierSession.open(bundle, settings.session(deviceIndex()));
        timeoutNanos = settings.timeout().toNanos();
        MetricGroup group = getRuntimeContext().getMetricGroup().addGroup("labelstream");
        metrics = new ClassifyMetrics(group);
        cache = new ResultCache(settings.cacheTexts());
        outcomes = new OutcomeBuilder(settings, bundle, metrics, new DeadLetterCounters(group));
        worker =
                new InferenceWorker<>(
                        "inference-" + getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks(),
                        settings.budget(session.onCuda()),
                        settings.linger(),
                        new ClassifyBatch(
                                session, outcomes, settings.withAttention(), cache, metrics),
                        PendingText::fail);
        metrics.watchWaiting(worker::waiting);
        metrics.watchCache(cache);
    }

    /** The slot's device where Flink manages GPUs (external resource {@code gpu}), else 0. */
    private int deviceIndex() {
        List<Integer> devices =
                getRuntimeContext().getExternalResourceInfos("gpu").stream()
                        .map(ClassifyFunction::index)
                        .sorted()
                        .toList();
        int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        return devices.isEmpty() ? 0 : devices.get(subtask % devices.size());
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

    /** Lets one text go rather than the job; the run's own answer, should it come, is ignored. */
    @Override
    public void timeout(TokenizedText text, ResultFuture<Outcome> result) {
        result.complete(List.of(outcomes.timedOut(text)));
    }

    /**
     * In this order, also half way through {@link #open}: a session freed under a run kills the
     * JVM.
     */
    @Override
    public void close() {
        if (session == null) {
            return;
        }
        session.terminate();
        if (worker != null) {
            worker.close();
        }
        session.close();
    }
}
