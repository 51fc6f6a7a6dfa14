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
    record Group(String textSet, String precision, int slots) {}

    private final List<CeilingOf> ceilings = new ArrayList<>();
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    void add(CeilingOf ceiling) {
        ceilings.add(ceiling);
    }

    void add(Measurement measurement) {
        measurements.add(measurement);
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

    /** A line for each contender that has figures, in the order of {@link Contenders#ALL}. */
    List<ReportRow> rows(Group group) {
        return Contenders.names().stream()
                .filter(contender -> !all(contender, group).isEmpty())
                .map(contender -> ReportRow.of(this, best(contender, group), all(contender, group)))
                .toList();
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
        return ceilings.stream()
                .filter(c -> c.group().equals(run.group()) && c.round() == run.round())
                .findFirst()
                .orElseThrow()
                .ceiling()
                .textsPerSecond();
    }

    static <T> Spread spread(List<T> runs, ToDoubleFunction<T> figure) {
        return Spread.of(runs.stream().mapToDouble(figure).toArray());
    }
}
