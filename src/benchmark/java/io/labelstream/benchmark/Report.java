package io.labelstream.benchmark;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what was measured, as a table for people and as JSON. */
final class Report {

    private static final String ROW = "  %-20s %9s %17s %8s %7s %9s %9s %9s %8s  %s%n";

    private static final String LATENCY_ROW = "  %-8s %9s  %-34s %-34s %-34s %6s%n";

    private final Results results;
    private final List<TextSet> textSets;
    private final int slots;
    private final ObjectNode settings;

    Report(Results results, List<TextSet> textSets, int slots, ObjectNode settings) {
        this.results = results;
        this.textSets = textSets;
        this.slots = slots;
        this.settings = settings;
    }

    void print(PrintStream out) throws IOException {
        out.println(Machine.current());
        for (TextSet texts : textSets) {
            for (Results.Group group : results.groups(texts.name())) {
                print(out, texts, group);
            }
            timesFp32(texts)
                    .ifPresent(
                            times ->
                                    out.printf(
                                            "%n%s: the job in int8 is %s times as fast as in fp32%n",
                                            texts.name(), number(times)));
            printLatencies(out, texts);
            results.scaling(texts.name(), Model.FP32, slots)
                    .ifPresent(
                            scaling -> {
                                out.printf("%n%s, scaling%n", texts.name());
                                scaling.sentences().forEach(line -> out.println("  " + line));
                            });
        }
        if (!results.batchings().isEmpty()) {
            out.printf("%nforming a batch (JMH): a run taken and its places filled again%n");
            results.batchings().forEach(batching -> out.println("  " + batching.sentence()));
        }
        if (!results.formats().isEmpty()) {
            out.printf("%nreading a message of 200 bytes of text and writing its result (JMH)%n");
            results.formats().forEach(formats -> out.println("  " + formats.sentence()));
        }
        results.failures().forEach(failure -> out.printf("%nFAILED: %s%n", failure));
        out.flush();
    }

    private void print(PrintStream out, TextSet texts, Results.Group group) {
        List<Ceiling> ceilings = results.ceilings(group);
        Ceiling ceiling = ceilings.get(0);
        out.printf(
                "%n%s, %s, %d slots: %d texts, %.1f tokens on average, %d at most%n",
                texts.name(),
                group.precision(),
                group.slots(),
                texts.texts().size(),
                ceiling.meanTokens(),
                ceiling.longestTokens());
        out.printf(
                ROW,
                "",
                "texts/s",
                "min - max",
                "ceiling",
                "times",
                "whole run",
                "CPU s/1k",
                "broker",
                "padding",
                "settings");
        Spread rate = Results.spread(ceilings, Ceiling::textsPerSecond);
        out.printf(
                ROW,
                "engine alone",
                number(rate.median()),
                range(rate),
                "",
                "",
                "",
                number(Results.spread(ceilings, Ceiling::cpuSecondsPer1000).median()),
                "",
                percent(Results.spread(ceilings, Ceiling::paddingWaste).median()),
                "budget=" + ceiling.budget());
        Optional<ReportRow> job = results.row(Contenders.LABELSTREAM, group);
        for (ReportRow row : results.rows(group)) {
            out.printf(
                    ROW,
                    row.contender(),
                    number(row.textsPerSecond().median()),
                    range(row.textsPerSecond()),
                    percent(row.ratioToCeiling().median()),
                    number(job.map(row::times).orElse(Double.NaN)),
                    number(row.wholeRunTextsPerSecond().median()),
                    number(row.cpuSecondsPer1000().median()),
                    number(row.brokerCpuSecondsPer1000().median()),
                    percent(row.paddingWaste()),
                    shown(row.settings()));
        }
        results.rows(group).stream()
                .mapToDouble(ReportRow::repeats)
                .max()
                .ifPresent(
                        times ->
                                out.printf(
                                        "  times: how much faster labelstream is. Each text was fed %s times; nothing is cached.%n",
                                        number(times)));
    }

    /** How much faster the job is in int8; nothing where it was not measured in both. */
    private Optional<Double> timesFp32(TextSet texts) {
        Optional<ReportRow> fp32 = job(texts, Model.FP32);
        return job(texts, Model.INT8).flatMap(int8 -> fp32.map(row -> row.times(int8)));
    }

    private Optional<ReportRow> job(TextSet texts, String precision) {
        return results.row(
                Contenders.LABELSTREAM, new Results.Group(texts.name(), precision, slots));
    }

    private void printLatencies(PrintStream out, TextSet texts) {
        List<LatencyResult> latencies = results.latencies(texts.name());
        if (latencies.isEmpty()) {
            return;
        }
        double loneRun =
                Results.spread(
                                results.ceilings(
                                        new Results.Group(texts.name(), Model.FP32, slots)),
                                Ceiling::loneRunMillis)
                        .median();
        out.printf(
                "%n%s, latency in ms (p50 / p95 / p99 / p99.9); a lone run of the longest text takes %s ms%n",
                texts.name(), number(loneRun));
        out.printf(
                LATENCY_ROW,
                "load",
                "texts/s",
                "asyncInvoke to completion",
                "read_uncommitted",
                "read_committed",
                "stall");
        for (LatencyResult latency : latencies) {
            out.printf(
                    LATENCY_ROW,
                    latency.load() == 0 ? "idle" : percent(latency.load()),
                    number(latency.phase().textsPerSecond()),
                    latency.inside().map(Report::shown).orElse("not measured"),
                    shown(latency.phase().uncommitted()),
                    shown(latency.phase().committed()),
                    latency.checkpointStallMillis());
        }
        latencies.stream()
                .filter(latency -> latency.inside().isPresent())
                .map(latency -> inLoneRuns(latency, loneRun))
                .forEach(out::println);
    }

    private static String inLoneRuns(LatencyResult latency, double loneRun) {
        Latencies inside = latency.inside().orElseThrow();
        return "  %s: p50 is %s, p95 is %s, p99 is %s lone runs"
                .formatted(
                        latency.load() == 0 ? "idle" : percent(latency.load()),
                        number(inside.p50() / loneRun),
                        number(inside.p95() / loneRun),
                        number(inside.p99() / loneRun));
    }

    private static String shown(Latencies latencies) {
        return "%s / %s / %s / %s"
                .formatted(
                        number(latencies.p50()),
                        number(latencies.p95()),
                        number(latencies.p99()),
                        number(latencies.p999()));
    }

    void write(Path file) throws IOException {
        ObjectNode report = Json.object();
        report.put("date", Instant.now().toString());
        report.putPOJO("machine", Machine.current());
        report.set("versions", Machine.versions());
        report.set("settings", settings);
        ArrayNode all = report.putArray("results");
        for (TextSet texts : textSets) {
            results.groups(texts.name()).forEach(group -> add(all.addObject(), texts, group));
        }
        ArrayNode latencies = report.putArray("latencies");
        ArrayNode scalings = report.putArray("scaling");
        for (TextSet texts : textSets) {
            results.latencies(texts.name()).forEach(l -> add(latencies.addObject(), l));
            results.scaling(texts.name(), Model.FP32, slots)
                    .ifPresent(s -> add(scalings.addObject(), texts, s));
        }
        report.putPOJO("batch_formation", results.batchings());
        report.putPOJO("record_formats", results.formats());
        ArrayNode failures = report.putArray("failures");
        results.failures().forEach(failures::add);
        Json.write(file, report);
    }

    private void add(ObjectNode node, TextSet texts, Results.Group group) {
        List<Ceiling> ceilings = results.ceilings(group);
        Ceiling first = ceilings.get(0);
        node.put("text_set", texts.name());
        node.put("precision", group.precision());
        node.put("slots", group.slots());
        node.put("texts", texts.texts().size());
        node.put("mean_tokens", first.meanTokens());
        node.put("longest_tokens", first.longestTokens());
        put(node, "ceiling_texts_per_s", Results.spread(ceilings, Ceiling::textsPerSecond));
        put(node, "ceiling_tokens_per_s", Results.spread(ceilings, Ceiling::tokensPerSecond));
        put(
                node,
                "ceiling_cpu_seconds_per_1000",
                Results.spread(ceilings, Ceiling::cpuSecondsPer1000));
        node.put("ceiling_budget", first.budget());
        node.put("ceiling_padding_waste", first.paddingWaste());
        put(node, "lone_run_ms", Results.spread(ceilings, Ceiling::loneRunMillis));
        if (group.precision().equals(Model.INT8)) {
            timesFp32(texts).ifPresent(times -> node.put("times_fp32", times));
        }
        ObjectNode peers = Json.object();
        for (ReportRow row : results.rows(group)) {
            if (row.contender().equals(Contenders.LABELSTREAM)) {
                put(node, "end_to_end_texts_per_s", row.textsPerSecond());
                put(node, "ratio_to_ceiling", row.ratioToCeiling());
                node.put("padding_waste", row.paddingWaste());
                addCommon(node, row);
            } else {
                ObjectNode peer = peers.putObject(row.contender());
                put(peer, "texts_per_s", row.textsPerSecond());
                put(peer, "ratio_to_ceiling", row.ratioToCeiling());
                results.row(Contenders.LABELSTREAM, group)
                        .ifPresent(job -> peer.put("labelstream_times", row.times(job)));
                addCommon(peer, row);
            }
        }
        node.set("peers", peers);
    }

    private static void add(ObjectNode node, LatencyResult latency) {
        node.put("text_set", latency.textSet());
        node.put("load", latency.load());
        node.put("texts_per_s", latency.phase().textsPerSecond());
        node.put("texts", latency.phase().sent());
        latency.inside().ifPresent(inside -> node.set("async_invoke_ms", json(inside)));
        node.set("read_uncommitted_ms", json(latency.phase().uncommitted()));
        node.set("read_committed_ms", json(latency.phase().committed()));
        node.put("longest_checkpoint_stall_ms", latency.checkpointStallMillis());
    }

    private static ObjectNode json(Latencies latencies) {
        return Json.object()
                .put("count", latencies.count())
                .put("p50", latencies.p50())
                .put("p95", latencies.p95())
                .put("p99", latencies.p99())
                .put("p99_9", latencies.p999())
                .put("max", latencies.max());
    }

    private static void add(ObjectNode node, TextSet texts, Scaling scaling) {
        node.put("text_set", texts.name());
        node.put("slots", scaling.slots());
        node.put("texts_per_s_1_slot", scaling.one());
        node.put("texts_per_s", scaling.all());
        node.put("speed_up", scaling.speedUp());
        ArrayNode model = node.putArray("model");
        scaling.sentences().forEach(model::add);
    }

    private static void addCommon(ObjectNode node, ReportRow row) {
        put(node, "whole_run_texts_per_s", row.wholeRunTextsPerSecond());
        put(node, "cpu_seconds_per_1000", row.cpuSecondsPer1000());
        put(node, "broker_cpu_seconds_per_1000", row.brokerCpuSecondsPer1000());
        node.put("repeats_of_each_text", row.repeats());
        put(node, "window_seconds", row.windowSeconds());
        put(node, "window_texts", row.windowTexts());
        node.putPOJO("settings", row.settings());
        ArrayNode tried = node.putArray("tried");
        row.tried()
                .forEach(
                        one -> {
                            ObjectNode entry = tried.addObject();
                            entry.putPOJO("settings", one.settings());
                            entry.put("texts_per_s", one.textsPerSecond());
                        });
    }

    private static void put(ObjectNode node, String name, Spread spread) {
        node.put(name, spread.median());
        node.put(name + "_min", spread.min());
        node.put(name + "_max", spread.max());
    }

    private static String shown(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String range(Spread spread) {
        return number(spread.min()) + " - " + number(spread.max());
    }

    private static String number(double value) {
        return Double.isNaN(value)
                ? ""
                : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
