package io.labelstream.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;

/**
 * What reading a message and writing its result costs, without a model, as JMH measures it.
 *
 * @param formats of input and output
 * @param recordsPerSecond on one core, each decoded and encoded once
 * @param error half the width of the 99.9 % confidence interval
 */
record RecordFormats(String formats, double recordsPerSecond, double error) {

    /** Takes about half a minute. */
    static List<RecordFormats> measure() {
        return Jmh.run(
                        RecordFormatsBenchmark.class,
                        TimeUnit.SECONDS,
                        "how records are read and written")
                .stream()
                .map(RecordFormats::of)
                .toList();
    }

    private static RecordFormats of(RunResult result) {
        return new RecordFormats(
                result.getParams().getParam("formats"),
                result.getPrimaryResult().getScore(),
                result.getPrimaryResult().getScoreError());
    }

    String sentence() {
        return String.format(
                Locale.ROOT,
                "%s: %,.0f records/s a core (+- %,.0f)",
                formats,
                recordsPerSecond,
                error);
    }
}
