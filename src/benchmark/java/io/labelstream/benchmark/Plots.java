package io.labelstream.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Draws what was measured, as SVG files. */
final class Plots {

    private static final String GREY = "#9aa0a6";
    private static final String BLUE = "#1a73e8";
    private static final String LIGHT_BLUE = "#8ab4f8";
    private static final String GREEN = "#188038";
    private static final String ORANGE = "#e37400";

    /** No shorter than what can be told: such times are in whole milliseconds. */
    private static final double LEAST_MILLIS = 1;

    private Plots() {}

    /** Writes {@code throughput-SET.svg}, and {@code latency-SET.svg} where it was measured. */
    static void write(Path folder, Results results, List<TextSet> textSets, int slots)
            throws IOException {
        Files.createDirectories(folder);
        for (TextSet texts : textSets) {
            List<BarChart.Bar> bars = bars(results, texts, slots);
            if (!bars.isEmpty()) {
                Files.writeString(
                        folder.resolve("throughput-" + texts.name() + ".svg"),
                        BarChart.svg(
                                "Labelled texts a second, %s, %d slots, exactly once"
                                        .formatted(texts.name(), slots),
                                "texts/s",
                                bars));
            }
            List<LatencyResult> loads =
                    results.latencies(texts.name()).stream().filter(l -> l.load() > 0).toList();
            if (!loads.isEmpty()) {
                Files.writeString(
                        folder.resolve("latency-" + texts.name() + ".svg"),
                        LineChart.svg(
                                "Latency by load, " + texts.name(),
                                "load, % of the largest rate",
                                "ms",
                                lines(loads)));
            }
        }
    }

    private static List<BarChart.Bar> bars(Results results, TextSet texts, int slots) {
        List<BarChart.Bar> bars = new ArrayList<>();
        for (Results.Group group : results.groups(texts.name())) {
            if (group.slots() != slots) {
                continue;
            }
            String suffix = group.precision().equals(Model.FP32) ? "" : ", " + group.precision();
            bars.add(
                    new BarChart.Bar(
                            "engine alone" + suffix,
                            Results.spread(results.ceilings(group), Ceiling::textsPerSecond),
                            GREY));
            for (ReportRow row : results.rows(group)) {
                boolean job = row.contender().equals(Contenders.LABELSTREAM);
                bars.add(
                        new BarChart.Bar(
                                row.contender() + suffix,
                                row.textsPerSecond(),
                                job ? BLUE : LIGHT_BLUE));
            }
        }
        return bars;
    }

    private static List<LineChart.Line> lines(List<LatencyResult> loads) {
        List<LineChart.Line> lines = new ArrayList<>();
        if (loads.stream().allMatch(l -> l.inside().isPresent())) {
            add(lines, "asyncInvoke", loads, l -> l.inside().orElseThrow(), BLUE);
        }
        add(lines, "read_uncommitted", loads, l -> l.phase().uncommitted(), GREEN);
        add(lines, "read_committed", loads, l -> l.phase().committed(), ORANGE);
        return lines;
    }

    private static void add(
            List<LineChart.Line> lines,
            String name,
            List<LatencyResult> loads,
            Function<LatencyResult, Latencies> view,
            String colour) {
        lines.add(line(name + " p50", loads, view, Latencies::p50, colour, ""));
        lines.add(line(name + " p99", loads, view, Latencies::p99, colour, "6 4"));
    }

    private static LineChart.Line line(
            String name,
            List<LatencyResult> loads,
            Function<LatencyResult, Latencies> view,
            ToDoubleFunction<Latencies> figure,
            String colour,
            String dashes) {
        List<LineChart.Point> points =
                loads.stream()
                        .map(
                                l ->
                                        new LineChart.Point(
                                                100 * l.load(),
                                                Math.max(
                                                        LEAST_MILLIS,
                                                        figure.applyAsDouble(view.apply(l)))))
                        .toList();
        return new LineChart.Line(name, points, colour, dashes);
    }
}
