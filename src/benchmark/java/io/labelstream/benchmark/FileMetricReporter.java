package io.labelstream.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.Scheduled;

/**
 * Writes the job's own metrics (group {@code labelstream}) to a file, one JSON object a line:
 * {@code millis}; each counter, summed over the slots; each histogram as an object of {@code
 * count}, the values that it still holds, and the largest {@code p50}, {@code p95}, {@code p99},
 * {@code p999} and {@code max} of the slots. Metrics come and go on Flink's threads; {@link
 * #report} runs on one of them.
 */
final class FileMetricReporter implements MetricReporter, Scheduled {

    /** Setting: the file. */
    static final String PATH = "path";

    private static final String GROUP = ".labelstream.";

    private final Map<Metric, String> names = new ConcurrentHashMap<>();
    private Writer out;

    @Override
    public void open(MetricConfig config) {
        try {
            out =
                    Files.newBufferedWriter(
                            Path.of(config.getString(PATH, "")),
                            StandardCharsets.UTF_8,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        String identifier = group.getMetricIdentifier(name);
        int own = identifier.lastIndexOf(GROUP);
        if (own >= 0) {
            names.put(metric, identifier.substring(own + GROUP.length()));
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        names.remove(metric);
    }

    @Override
    public void report() {
        ObjectNode line = Json.object().put("millis", System.currentTimeMillis());
        Map<String, Long> counters = new TreeMap<>();
        Map<String, List<HistogramStatistics>> histograms = new TreeMap<>();
        names.forEach(
                (metric, name) -> {
                    if (metric instanceof Counter counter) {
                        counters.merge(name, counter.getCount(), Long::sum);
                    } else if (metric instanceof Histogram histogram && histogram.getCount() > 0) {
                        histograms
                                .computeIfAbsent(name, n -> new ArrayList<>())
                                .add(histogram.getStatistics());
                    }
                });
        counters.forEach(line::put);
        histograms.forEach(
                (name, slots) ->
                        line.putObject(name)
                                .put("count", slots.stream().mapToLong(s -> s.size()).sum())
                                .put("p50", largest(slots, 0.5))
                                .put("p95", largest(slots, 0.95))
                                .put("p99", largest(slots, 0.99))
                                .put("p999", largest(slots, 0.999))
                                .put("max", largest(slots, 1)));
        try {
            out.write(line + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double largest(List<HistogramStatistics> slots, double quantile) {
        return slots.stream().mapToDouble(s -> s.getQuantile(quantile)).max().orElseThrow();
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
