package io.labelstream.streaming.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.TestSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreflightTest {

    @Test
    void brokerThatIsNotThereIsNamedWithinFifteenSeconds() {
        refusesSoon("localhost:1");
    }

    @Test
    void brokerThatAcceptsAndSaysNothingIsNamedToo() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            refusesSoon("localhost:" + silent.getLocalPort());
        }
    }

    @Test
    void addressThatIsNoneIsNamed() {
        refusesSoon("no-such-host.invalid:9092");
    }

    @Test
    void loginThatCannotBeReadIsNotQuoted() {
        JobConfig config =
                JobConfig.of(
                        TestSettings.with(
                                "kafka.security.protocol",
                                "SASL_PLAINTEXT",
                                "kafka.sasl.mechanism",
                                "PLAIN",
                                "kafka.sasl.jaas.config",
                                "org.apache.kafka.common.security.plain.PlainLoginModule required"
                                        + " username=x password=canary 5b1;"));

        assertThatThrownBy(() -> Preflight.check(config, Place.CLUSTER))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("kafka.sasl.jaas.config")
                .hasMessageNotContaining("canary")
                .hasMessageNotContaining("5b1")
                .hasNoCause();
    }

    @Test
    void registryThatIsNotThereIsNamedBeforeTheJobStarts() {
        JobConfig config =
                JobConfig.of(
                        TestSettings.with(
                                "output.format", "avro-confluent",
                                "schema-registry.url", "http://localhost:1"));

        assertThatThrownBy(() -> Preflight.check(config, Place.CLUSTER))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("http://localhost:1");
    }

    @Test
    void examinationGoesOnAfterAProblemAndIsDoneWithinFifteenSecondsThoughTwoClustersAreAway() {
        JobConfig config =
                JobConfig.of(
                        TestSettings.with(
                                "kafka.source.bootstrap.servers", "localhost:1",
                                "kafka.sink.bootstrap.servers", "localhost:2"));
        List<Finding> found = new ArrayList<>();
        long start = System.nanoTime();

        Preflight.examine(config, Place.CLUSTER, found::add);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(found)
                .filteredOn(finding -> finding.status() == Finding.Status.PROBLEM)
                .extracting(Finding::message)
                .anyMatch(message -> message.contains("localhost:1"))
                .anyMatch(message -> message.contains("localhost:2"))
                .hasSize(2);
        assertThat(found)
                .contains(
                        Finding.skipped("input topics, rights", "Kafka does not answer."),
                        Finding.skipped(
                                "output topics, rights, transactions", "Kafka does not answer."),
                        Finding.skipped(
                                "model",
                                "/models/sentiment-en is not on this machine. It must be on each TaskManager's."));
    }

    @Test
    void registryThatIsAwayLeavesTheSchemaOfResultsUnasked() {
        JobConfig config =
                JobConfig.of(
                        TestSettings.with(
                                "input.format", "avro-confluent",
                                "input.text-field", "text",
                                "output.format", "avro-confluent",
                                "schema-registry.url", "http://localhost:1"));
        Report report = new Report();

        new RegistryChecks(config).run(report);

        assertThat(report.findings())
                .extracting(Finding::status)
                .containsExactly(Finding.Status.PROBLEM, Finding.Status.SKIPPED);
    }

    private static void refusesSoon(String address) {
        JobConfig config = JobConfig.of(TestSettings.with("kafka.bootstrap.servers", address));
        long start = System.nanoTime();

        assertThatThrownBy(() -> Preflight.check(config, Place.CLUSTER))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining(address);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }
}
