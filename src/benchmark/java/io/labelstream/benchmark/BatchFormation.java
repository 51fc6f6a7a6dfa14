package io.labelstream.benchmark;

import io.labelstream.operators.MicroBatcherBenchmark;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;

/**
 * What forming batches costs, without a model, as JMH measures it.
 *
 * @param waiting texts that a run is chosen from
 * @param lengths of the texts: {@code equal} or {@code mixed}
 * @param microsPerRun to take a run and fill its places again
 * @param error half the width of the 99.9 % confidence interval, in microseconds
 */
record BatchFormation(int waiting, String lengths, double microsPerRun, double error) {

    /** Takes about half a minute. */
    static List<BatchFormation> measure() {
        return Jmh.run(MicroBatcherBenchmark.class, TimeUnit.MICROSECONDS, "how batches are formed")
                .stream()
                .map(BatchFormation::of)
                .toList();
    }

    private static BatchFormation of(RunResult result) {
        return new BatchFormation(
                Integer.parseInt(result.getParams().getParam("waiting")),
                result.getParams().getParam("lengths"),
                result.getPrimaryResult().getScore(),
                result.getPrimaryResult().getScoreError());
    }

    String sentence() {
        return String.format(
                Locale.ROOT,
                "%d texts waiting, %s lengths: %.2f us a run (+- %.2f)",
                waiting,
                lengths,
                microsPerRun,
                error);
    }
}
