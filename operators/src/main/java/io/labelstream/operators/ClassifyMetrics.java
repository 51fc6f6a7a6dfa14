package io.labelstream.operators;

import io.labelstream.inference.EncodedText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * What {@link ClassifyFunction} tells Flink's metric system, in the group {@code labelstream}.
 *
 * <p>Counters: {@code texts}, {@code tokens}, {@code paddedTokens} (so padding waste is {@code 1 -
 * tokens / paddedTokens}) and {@code runs} of the model, {@code endedRuns} that took too long,
 * {@code label.LABEL.texts}. Histograms of the latest {@value #LATEST} values: {@code batchRows},
 * {@code batchTokens} (padded), {@code inferenceMicros} of a run, {@code queueMicros} from a text's
 * arrival to its run, {@code latencyMicros} from its arrival to its answer. Gauges: {@code waiting}
 * texts, {@code cacheHits} and {@code cacheMisses}.
 *
 * <p>Threads: labels are counted on the task thread, all else on the inference thread, but for hits
 * of the cache, which both may have.
 */
final class ClassifyMetrics {

    static final int LATEST = 1_000;

    private final MetricGroup group;
    private final Counter texts;
    private final Counter tokens;
    private final Counter paddedTokens;
    private final Counter runs;
    private final Counter endedRuns;
    private final Histogram batchRows;
    private final Histogram batchTokens;
    private final Histogram inferenceMicros;
    private final Histogram queueMicros;
    private final Histogram latencyMicros;
    private final Map<String, Counter> labels = new HashMap<>();

    ClassifyMetrics(MetricGroup group) {
        this.group = group;
        texts = group.counter("texts");
        tokens = group.counter("tokens");
        paddedTokens = group.counter("paddedTokens");
        runs = group.counter("runs");
        endedRuns = group.counter("endedRuns");
        batchRows = histogram(group, "batchRows");
        batchTokens = histogram(group, "batchTokens");
        inferenceMicros = histogram(group, "inferenceMicros");
        queueMicros = histogram(group, "queueMicros");
        latencyMicros = histogram(group, "latencyMicros");
    }

    /** A histogram of the latest values, which any thread may update. */
    static Histogram histogram(MetricGroup group, String name) {
        return group.histogram(name, new DescriptiveStatisticsHistogram(LATEST));
    }

    /**
     * A run of the model.
     *
     * @param batch its rows
     */
    void ran(List<EncodedText> batch, long nanos) {
        int sum = 0;
        int longest = 0;
        for (EncodedText text : batch) {
            sum += text.tokens();
            longest = Math.max(longest, text.tokens());
        }
        long padded = (long) longest * batch.size();
        runs.inc();
        texts.inc(batch.size());
        tokens.inc(sum);
        paddedTokens.inc(padded);
        batchRows.update(batch.size());
        batchTokens.update(padded);
        inferenceMicros.update(nanos / 1000);
    }

    /** A run took too long, and was ended. */
    void runEnded() {
        endedRuns.inc();
    }

    /** A text's wait for its run has ended. */
    void waited(long nanos) {
        queueMicros.update(nanos / 1000);
    }

    /** A text has its answer. */
    void answered(long nanos) {
        latencyMicros.update(nanos / 1000);
    }

    /** A text got a label. */
    void labelled(String label) {
        labels.computeIfAbsent(label, l -> group.addGroup("label", l).counter("texts")).inc();
    }

    void watchWaiting(IntSupplier waiting) {
        group.gauge("waiting", waiting::getAsInt);
    }

    void watchCache(ResultCache cache) {
        group.gauge("cacheHits", cache::hits);
        group.gauge("cacheMisses", cache::misses);
    }
}
