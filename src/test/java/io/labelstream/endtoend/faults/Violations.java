package io.labelstream.endtoend.faults;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Collects what is wrong: all of it is counted, the first few of each kind are kept. */
final class Violations {

    private static final int SHOWN = 5;

    private final Map<Violation.Kind, Integer> counts = new EnumMap<>(Violation.Kind.class);
    private final Map<Violation.Kind, List<String>> shown = new EnumMap<>(Violation.Kind.class);

    /** Adds a case; asks for its sentence only if that is shown. */
    void add(Violation.Kind kind, Supplier<String> sentence) {
        counts.merge(kind, 1, Integer::sum);
        List<String> first = shown.computeIfAbsent(kind, k -> new ArrayList<>());
        if (first.size() < SHOWN) {
            first.add(sentence.get());
        }
    }

    /** One for each kind there is. */
    List<Violation> list() {
        List<Violation> all = new ArrayList<>();
        counts.forEach(
                (kind, count) -> {
                    List<String> first = shown.get(kind);
                    String more = count > first.size() ? "; ..." : "";
                    all.add(new Violation(kind, count, String.join("; ", first) + more));
                });
        return all;
    }
}
