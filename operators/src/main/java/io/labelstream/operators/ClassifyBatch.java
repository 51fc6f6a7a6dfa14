package io.labelstream.operators;

import io.labelstream.inference.ClassifierSession;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelOutput;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Runs a batch and answers each of its texts. A batch that fails is halved until the guilty text is
 * alone: it goes to the dead letters, its mates are classified. Used by the inference thread.
 */
final class ClassifyBatch implements InferenceWorker.BatchRunner<PendingText> {

    private final ClassifierSession session;
    private final OutcomeBuilder outcomes;
    private final boolean withAttention;
    private final Counter texts;
    private final Counter tokens;
    private final Counter paddedTokens;
    private final Counter runs;

    ClassifyBatch(
            ClassifierSession session,
            OutcomeBuilder outcomes,
            boolean withAttention,
            MetricGroup metrics) {
        this.session = session;
        this.outcomes = outcomes;
        this.withAttention = withAttention;
        this.texts = metrics.counter("texts");
        this.tokens = metrics.counter("tokens");
        this.paddedTokens = metrics.counter("paddedTokens");
        this.runs = metrics.counter("runs");
    }

    @Override
    public void run(List<PendingText> batch) throws InferenceException {
        long now = System.nanoTime();
        List<PendingText> inTime =
                batch.stream().filter(pending -> !pending.isTooLate(now)).toList();
        if (!inTime.isEmpty()) {
            run(inTime, 1);
        }
    }

    private void run(List<PendingText> batch, int attempt) throws InferenceException {
        List<EncodedText> encoded = new ArrayList<>(batch.size());
        for (PendingText pending : batch) {
            encoded.add(pending.text().encoded());
        }
        List<ModelOutput> outputs;
        try {
            outputs = session.run(encoded, withAttention);
        } catch (InferenceException e) {
            if (!session.terminated()) {
                halve(batch, attempt, e);
            }
            // Else the task is ending: what has no answer is replayed from the checkpoint.
            return;
        }
        count(encoded);
        for (int i = 0; i < batch.size(); i++) {
            TokenizedText text = batch.get(i).text();
            ModelOutput output = outputs.get(i);
            batch.get(i).complete(() -> outcomes.of(text, output, attempt));
        }
    }

    private void halve(List<PendingText> batch, int attempt, InferenceException cause)
            throws InferenceException {
        if (batch.size() == 1) {
            // Fails where no text would do any better: then the job fails over, and no text is
            // lost.
            session.probe();
            PendingText guilty = batch.get(0);
            guilty.complete(() -> outcomes.failed(guilty.text(), cause, attempt));
            return;
        }
        int half = batch.size() / 2;
        run(batch.subList(0, half), attempt + 1);
        run(batch.subList(half, batch.size()), attempt + 1);
    }

    private void count(List<EncodedText> encoded) {
        int sum = 0;
        int longest = 0;
        for (EncodedText text : encoded) {
            sum += text.tokens();
            longest = Math.max(longest, text.tokens());
        }
        runs.inc();
        texts.inc(encoded.size());
        tokens.inc(sum);
        paddedTokens.inc((long) longest * encoded.size());
    }
}
