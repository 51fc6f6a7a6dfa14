package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobMetricsTest {

    @TempDir private Path folder;

    @Test
    void knowsNothingOfAContenderThatIsNotTheJob() throws IOException {
        assertThat(JobMetrics.read(folder.resolve("none"))).isEmpty();
    }

    @Test
    void reckonsPaddingBetweenTwoTimesAndLeavesOutAHalfLine() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("metrics.jsonl"),
                        """
                        {"millis":1000,"tokens":50,"paddedTokens":100}
                        {"millis":2000,"tokens":95,"paddedTokens":150}
                        {"millis":3000,"tokens":140,"paddedTokens":200,"latencyMicros":{"p50":7}}
                        {"millis":4000,"tok""");
        JobMetrics metrics = JobMetrics.read(file).orElseThrow();
        assertThat(metrics.paddingWaste(1000, 3000)).isCloseTo(0.1, within(1e-9));
        assertThat(metrics.paddingWaste(1000, 4000)).isNaN();
        assertThat(metrics.histogram("latencyMicros", 2999)).isEmpty();
        assertThat(metrics.histogram("latencyMicros", 3000).orElseThrow().path("p50").asInt())
                .isEqualTo(7);
    }

    @Test
    void writesTheSumOfTheSlotsCountersOfTheJobsOwnGroupOnly() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        MetricConfig config = new MetricConfig();
        config.setProperty(FileMetricReporter.PATH, file.toString());
        FileMetricReporter reporter = new FileMetricReporter();
        reporter.open(config);
        SimpleCounter first = new SimpleCounter();
        SimpleCounter second = new SimpleCounter();
        SimpleCounter other = new SimpleCounter();
        reporter.notifyOfAddedMetric(first, "tokens", new Named("host.job.classify.0.labelstream"));
        reporter.notifyOfAddedMetric(
                second, "tokens", new Named("host.job.classify.1.labelstream"));
        reporter.notifyOfAddedMetric(other, "numRecordsIn", new Named("host.job.classify.0"));
        first.inc(3);
        second.inc(4);
        reporter.report();
        reporter.close();
        assertThat(Json.read(Files.readString(file)).path("tokens").asInt()).isEqualTo(7);
        assertThat(Files.readString(file)).doesNotContain("numRecordsIn");
    }

    private static final class Named extends UnregisteredMetricsGroup {

        private final String prefix;

        Named(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public String getMetricIdentifier(String name) {
            return prefix + "." + name;
        }
    }
}
