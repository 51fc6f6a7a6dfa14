package io.labelstream.benchmark;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures latency on each text set, under shares of the rate that was measured on it. */
final class LatencyPlan {

    private LatencyPlan() {}

    /** Adds to the results; a text set that fails, or of which no rate is known, gets none. */
    static void measure(
            Stage stage,
            List<TextSet> textSets,
            Model model,
            int slots,
            double seconds,
            Map<String, String> jobSettings,
            Results results,
            Progress progress)
            throws InterruptedException {
        Attempts attempts = new Attempts(results, progress);
        for (TextSet texts : textSets) {
            Results.Group group = new Results.Group(texts.name(), model.precision(), slots);
            Optional<ReportRow> row = results.row(Contenders.LABELSTREAM, group);
            if (row.isEmpty()) {
                continue;
            }
            double most = row.get().textsPerSecond().median();
            progress.say("%s: latency at %s of %.1f texts/s", group, LatencyRun.LOADS, most);
            Ceiling ceiling = results.ceilings(group).get(0);
            LatencyRun run = new LatencyRun(stage, jobSettings);
            attempts.attempt(
                    group + ", latency",
                    () ->
                            results.addLatencies(
                                    run.measure(texts, model, slots, ceiling, most, seconds)));
        }
    }
}
