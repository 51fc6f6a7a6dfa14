package io.labelstream.benchmark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** All that was measured. Used by one thread. */
final class Results {

    /** A ceiling, and what it is the ceiling of. */
    record CeilingOf(Group group, int round, Ceiling ceiling) {}

    /** What is compared with each other. */
    record Group(String textSet, String precision, int slots) {
        @Override
        public String toString() {
            return "%s, %s, %d slots".formatted(textSet, precision, slots);
        }
    }

    private final List<CeilingOf> ceilings = new ArrayList<>();
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<LatencyResult> latencies = new ArrayList<>();
    private final List<BatchFormation> batchings = new ArrayList<>();
    private final List<RecordFormats> formats = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    void add(CeilingOf ceiling) {
        ceilings.add(ceiling);
    }

    void add(Measurement measurement) {
        measurements.add(measurement);
    }

    void addLatencies(List<LatencyResult> more) {
        latencies.addAll(more);
    }

    /** Latencies on a text set, by load. */
    List<LatencyResult> latencies(String textSet) {
        return latencies.stream().filter(l -> l.textSet().equals(textSet)).toList();
    }

    void addBatchings(List<BatchFormation> more) {
        batchings.addAll(more);
    }

    /** What forming batches costs; empty if it was not measured. */
    List<BatchFormation> batchings() {
        return batchings;
    }

    void addFormats(List<RecordFormats> more) {
        formats.addAll(more);
    }

    /** What reading and writing records costs; empty if it was not measured. */
    List<RecordFormats> formats() {
        return formats;
    }

    void addFailure(String message) {
        failures.add(message);
    }

    List<String> failures() {
        return failures;
    }

    /** What was measured on a text set, in the order of its first measurement. */
    List<Group> groups(String textSet) {
        return ceilings.stream()
                .map(CeilingOf::group)
                .filter(group -> group.textSet().equals(textSet))
                .distinct()
                .toList();
    }

    /** Ceilings by round. */
    List<Ceiling> ceilings(Group group) {
        return ceilings.stream()
                .filter(ceiling -> ceiling.group().equals(group))
                .map(CeilingOf::ceiling)
                .toList();
    }

    /** The ceiling of a round; nothing if it could not be measured. */
    Optional<Ceiling> ceiling(Group group, int round) {
        return ceilings.stream()
                .filter(c -> c.group().equals(group) && c.round() == round)
                .map(CeilingOf::ceiling)
                .findFirst();
    }

    /** A line for each contender that has figures, in the order of {@link Contenders#ALL}. */
    List<ReportRow> rows(Group group) {
        return Contenders.names().stream()
                .filter(contender -> !all(contender, group).isEmpty())
                .map(contender -> ReportRow.of(this, best(contender, group), all(contender, group)))
                .toList();
    }

    /** The line of one contender; nothing if it has no figures. */
    Optional<ReportRow> row(String contender, Group group) {
        return rows(group).stream().filter(row -> row.contender().equals(contender)).findFirst();
    }

    /** How the job scales from one slot to all; nothing if it was not measured on both. */
    Optional<Scaling> scaling(String textSet, String precision, int slots) {
        Group ofOne = new Group(textSet, precision, 1);
        Group ofAll = new Group(textSet, precision, slots);
        Optional<ReportRow> one = row(Contenders.LABELSTREAM, ofOne);
        Optional<ReportRow> all = row(Contenders.LABELSTREAM, ofAll);
        if (slots == 1 || one.isEmpty() || all.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Scaling(
                        one.get().textsPerSecond().median(),
                        all.get().textsPerSecond().median(),
                        slots,
                        all.get().cpuSecondsPer1000().median(),
                        spread(ceilings(ofAll), Ceiling::cpuSecondsPer1000).median(),
                        all.get().brokerCpuSecondsPer1000().median()));
    }

    /** The settings with which a contender was fastest; nothing if it has no figures. */
    Optional<Map<String, String>> bestSettings(String contender, Group group) {
        return all(contender, group).stream()
                .max(Comparator.comparingDouble(Measurement::textsPerSecond))
                .map(Measurement::settings);
    }

    private List<Measurement> best(String contender, Group group) {
        Map<String, String> best = bestSettings(contender, group).orElseThrow();
        return all(contender, group).stream().filter(m -> m.settings().equals(best)).toList();
    }

    private List<Measurement> all(String contender, Group group) {
        return measurements.stream()
                .filter(m -> m.contender().equals(contender) && m.group().equals(group))
                .toList();
    }

    /** Each measurement's rate as a share of the ceiling of its round. */
    List<Double> ratios(List<Measurement> runs) {
        return runs.stream().map(run -> run.textsPerSecond() / ceilingOf(run)).toList();
    }

    private double ceilingOf(Measurement run) {
        return ceiling(run.group(), run.round()).orElseThrow().textsPerSecond();
    }

    static <T> Spread spread(List<T> runs, ToDoubleFunction<T> figure) {
        return Spread.of(runs.stream().mapToDouble(figure).toArray());
    }
}
