package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures latency on each text set, under shares of the rate that was measured on it. */
final class LatencyPlan {

    private LatencyPlan() {}

    /** A text set that fails, or of which no rate is known, gets no figures. */
    static List<LatencyResult> measure(
            Stage stage,
            List<TextSet> textSets,
            Model model,
            int slots,
            double seconds,
            Map<String, String> jobSettings,
            Results results,
            Progress progress)
            throws IOException, InterruptedException {
        List<LatencyResult> all = new ArrayList<>();
        for (TextSet texts : textSets) {
            Results.Group group = new Results.Group(texts.name(), model.precision(), slots);
            Optional<ReportRow> row = results.row(Contenders.LABELSTREAM, group);
            if (row.isEmpty()) {
                continue;
            }
            double most = row.get().textsPerSecond().median();
            progress.say("%s: latency at %s of %.1f texts/s", group, LatencyRun.LOADS, most);
            try {
                all.addAll(
                        new LatencyRun(stage, jobSettings)
                                .measure(
                                        texts,
                                        model,
                                        slots,
                                        results.ceilings(group).get(0),
                                        most,
                                        seconds));
            } catch (FailureException e) {
                results.addFailure(e.getMessage());
                progress.say("%s", e.getMessage());
            }
        }
        return all;
    }
}
