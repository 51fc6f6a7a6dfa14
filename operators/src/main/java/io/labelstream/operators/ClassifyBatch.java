package io.labelstream.operators;

import io.labelstream.inference.ClassifierSession;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.RunTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a batch and answers each of its texts. A batch that fails, or whose run takes too long, is
 * halved until the guilty text is alone: its mates are classified. Used by the inference thread.
 */
final class ClassifyBatch implements InferenceWorker.BatchRunner<PendingText> {

    private final ClassifierSession session;
    private final OutcomeBuilder outcomes;
    private final boolean withAttention;
    private final ResultCache cache;
    private final ClassifyMetrics metrics;

    ClassifyBatch(
            ClassifierSession session,
            OutcomeBuilder outcomes,
            boolean withAttention,
            ResultCache cache,
            ClassifyMetrics metrics) {
        this.session = session;
        this.outcomes = outcomes;
        this.withAttention = withAttention;
        this.cache = cache;
        this.metrics = metrics;
    }

    @Override
    public void run(List<PendingText> batch) throws InferenceException {
        long now = System.nanoTime();
        for (PendingText pending : batch) {
            metrics.waited(now - pending.arrivedNanos());
        }
        if (!cache.enabled()) {
            run(SameText.apart(batch), 1);
            return;
        }
        List<SameText> texts = SameText.together(batch);
        for (int i = texts.size(); i < batch.size(); i++) {
            cache.foundInBatch();
        }
        run(texts, 1);
    }

    private void run(List<SameText> texts, int attempt) throws InferenceException {
        long now = System.nanoTime();
        List<SameText> batch = new ArrayList<>(texts);
        batch.removeIf(text -> text.isTooLate(now));
        if (batch.isEmpty()) {
            return;
        }
        List<EncodedText> encoded = new ArrayList<>(batch.size());
        for (SameText text : batch) {
            encoded.add(text.encoded());
        }
        List<ModelOutput> outputs;
        long start = System.nanoTime();
        try {
            outputs = session.run(encoded, withAttention);
        } catch (InferenceException e) {
            if (!session.terminated()) {
                if (e instanceof RunTimeoutException) {
                    metrics.runEnded();
                }
                halve(batch, attempt, e);
            }
            // Else the task is ending: what has no answer is replayed from the checkpoint.
            return;
        }
        long end = System.nanoTime();
        metrics.ran(encoded, end - start);
        for (int i = 0; i < batch.size(); i++) {
            ModelOutput output = outputs.get(i);
            if (cache.enabled()) {
                cache.keep(encoded.get(i), output);
            }
            for (PendingText pending : batch.get(i).pending()) {
                pending.complete(() -> outcomes.of(pending.text(), output, attempt));
                metrics.answered(end - pending.arrivedNanos());
            }
        }
    }

    private void halve(List<SameText> batch, int attempt, InferenceException cause)
            throws InferenceException {
        if (batch.size() == 1) {
            try {
                session.probe();
            } catch (InferenceException e) {
                if (session.terminated()) {
                    // The task is ending, as above.
                    return;
                }
                // No text would do any better: the job fails over, and no text is lost.
                throw e;
            }
            for (PendingText guilty : batch.get(0).pending()) {
                guilty.complete(() -> outcomes.failed(guilty.text(), cause, attempt));
            }
            return;
        }
        int half = batch.size() / 2;
        run(batch.subList(0, half), attempt + 1);
        run(batch.subList(half, batch.size()), attempt + 1);
    }
}
