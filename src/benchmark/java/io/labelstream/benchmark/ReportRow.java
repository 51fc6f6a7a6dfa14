package io.labelstream.benchmark;

import java.util.List;
import java.util.Map;

/**
 * A contender's figures on one text set, as reports show them.
 *
 * @param ratioToCeiling of each run, to the ceiling of its round
 * @param paddingWaste NaN where the contender does not say
 * @param windowSeconds how long each run was watched
 * @param windowTexts how many texts it labelled in that time
 * @param settings the best of those that were tried
 * @param tried texts per second with each of the settings that were tried, best first
 */
record ReportRow(
        String contender,
        Spread textsPerSecond,
        Spread wholeRunTextsPerSecond,
        Spread ratioToCeiling,
        Spread cpuSecondsPer1000,
        Spread brokerCpuSecondsPer1000,
        double paddingWaste,
        double repeats,
        Spread windowSeconds,
        Spread windowTexts,
        Map<String, String> settings,
        List<Tried> tried) {

    /** Settings, and what they brought. */
    record Tried(Map<String, String> settings, double textsPerSecond) {}

    /** How many times as many texts a second another one labels. */
    double times(ReportRow other) {
        return other.textsPerSecond().median() / textsPerSecond().median();
    }

    static ReportRow of(Results results, List<Measurement> runs, List<Measurement> all) {
        return new ReportRow(
                runs.get(0).contender(),
                Results.spread(runs, Measurement::textsPerSecond),
                Results.spread(runs, Measurement::wholeRunTextsPerSecond),
                Spread.of(results.ratios(runs)),
                Results.spread(runs, Measurement::cpuSecondsPer1000),
                Results.spread(runs, Measurement::brokerCpuSecondsPer1000),
                Results.spread(runs, Measurement::paddingWaste).median(),
                Results.spread(runs, Measurement::repeats).median(),
                Results.spread(runs, Measurement::windowSeconds),
                Results.spread(runs, Measurement::texts),
                runs.get(0).settings(),
                all.stream()
                        .map(m -> new Tried(m.settings(), m.textsPerSecond()))
                        .sorted((a, b) -> Double.compare(b.textsPerSecond(), a.textsPerSecond()))
                        .toList());
    }
}
