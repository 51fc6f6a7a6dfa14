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
import java.util.stream.Collectors;

/** Says what was measured, as a table for people and as JSON. */
final class Report {

    private static final String ROW = "  %-20s %9s %17s %8s %9s %9s %9s %8s  %s%n";

    private final Results results;
    private final List<TextSet> textSets;
    private final ObjectNode settings;

    Report(Results results, List<TextSet> textSets, ObjectNode settings) {
        this.results = results;
        this.textSets = textSets;
        this.settings = settings;
    }

    void print(PrintStream out) throws IOException {
        out.println(Machine.current());
        for (TextSet texts : textSets) {
            for (Results.Group group : results.groups(texts.name())) {
                print(out, texts, group);
            }
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
                number(Results.spread(ceilings, Ceiling::cpuSecondsPer1000).median()),
                "",
                percent(Results.spread(ceilings, Ceiling::paddingWaste).median()),
                "budget=" + ceiling.budget());
        for (ReportRow row : results.rows(group)) {
            out.printf(
                    ROW,
                    row.contender(),
                    number(row.textsPerSecond().median()),
                    range(row.textsPerSecond()),
                    percent(row.ratioToCeiling().median()),
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
                                        "  Each text was fed %s times; nothing is cached.%n",
                                        number(times)));
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
                addCommon(peer, row);
            }
        }
        node.set("peers", peers);
    }

    private static void addCommon(ObjectNode node, ReportRow row) {
        put(node, "whole_run_texts_per_s", row.wholeRunTextsPerSecond());
        put(node, "cpu_seconds_per_1000", row.cpuSecondsPer1000());
        put(node, "broker_cpu_seconds_per_1000", row.brokerCpuSecondsPer1000());
        node.put("repeats_of_each_text", row.repeats());
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
