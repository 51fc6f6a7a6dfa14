package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs micro-benchmarks, in a JVM of their own and on one thread. */
final class Jmh {

    private static final int WARM_UPS = 3;
    private static final int MEASUREMENTS = 5;
    private static final TimeValue TIME = TimeValue.milliseconds(500);

    private Jmh() {}

    /**
     * Measures one class of benchmarks, about four seconds for each of its parameters.
     *
     * @param what is measured, as a failure is reported
     * @param unit of time of the results
     */
    static Collection<RunResult> run(Class<?> benchmark, TimeUnit unit, String what) {
        OptionsBuilder options = new OptionsBuilder();
        options.include(benchmark.getName())
                .forks(1)
                .warmupIterations(WARM_UPS)
                .warmupTime(TIME)
                .measurementIterations(MEASUREMENTS)
                .measurementTime(TIME)
                .timeUnit(unit)
                .verbosity(VerboseMode.SILENT);
        try {
            return new Runner(options.build()).run();
        } catch (RunnerException e) {
            throw new FailureException("JMH cannot measure %s: %s".formatted(what, e), e);
        }
    }
}
