package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import io.labelstream.operators.MicroBatcherBenchmark;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What forming batches costs, without a model, as JMH measures it.
 *
 * @param waiting texts that a run is chosen from
 * @param lengths of the texts: {@code equal} or {@code mixed}
 * @param microsPerRun to take a run and fill its places again
 * @param error half the width of the 99.9 % confidence interval, in microseconds
 */
record BatchFormation(int waiting, String lengths, double microsPerRun, double error) {

    private static final int WARM_UPS = 3;
    private static final int MEASUREMENTS = 5;
    private static final TimeValue TIME = TimeValue.milliseconds(500);

    /** Measures in a JVM of its own; takes about half a minute. */
    static List<BatchFormation> measure() {
        OptionsBuilder options = new OptionsBuilder();
        options.include(MicroBatcherBenchmark.class.getName())
                .forks(1)
                .warmupIterations(WARM_UPS)
                .warmupTime(TIME)
                .measurementIterations(MEASUREMENTS)
                .measurementTime(TIME)
                .timeUnit(TimeUnit.MICROSECONDS)
                .verbosity(VerboseMode.SILENT);
        Collection<RunResult> results;
        try {
            results = new Runner(options.build()).run();
        } catch (RunnerException e) {
            throw new FailureException("JMH cannot measure how batches are formed: " + e, e);
        }
        return results.stream().map(BatchFormation::of).toList();
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
