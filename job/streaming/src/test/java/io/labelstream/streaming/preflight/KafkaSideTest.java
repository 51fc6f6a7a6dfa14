package io.labelstream.streaming.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.TestSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class KafkaSideTest {

    @Test
    void usualSettingsAreRight() {
        JobConfig config = JobConfig.of(TestSettings.minimal());

        assertThat(KafkaSide.source(config).checkProperties().status())
                .isEqualTo(Finding.Status.OK);
        assertThat(KafkaSide.sink(config).checkProperties().status()).isEqualTo(Finding.Status.OK);
    }

    @Test
    void propertyThatIsWrongIsNamedWithItsSide() {
        JobConfig config =
                JobConfig.of(
                        TestSettings.with(
                                "kafka.sink.compression.type", "nonsense",
                                "kafka.source.isolation.level", "nonsense"));

        assertThatThrownBy(KafkaSide.sink(config)::checkProperties)
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("nonsense for configuration compression.type")
                .hasMessageContaining("settings under kafka. and kafka.sink.");
        assertThatThrownBy(KafkaSide.source(config)::checkProperties)
                .hasMessageContaining("nonsense for configuration isolation.level")
                .hasMessageContaining("settings under kafka. and kafka.source.");
    }

    @Test
    void producerIsReadAsTheSinkMakesIt() {
        for (String delivery : List.of("exactly-once", "at-least-once")) {
            JobConfig config =
                    JobConfig.of(
                            TestSettings.with("output.delivery", delivery, "kafka.retries", "0"));

            assertThatThrownBy(KafkaSide.sink(config)::checkProperties)
                    .isInstanceOf(PreflightException.class)
                    .hasMessageContaining("retries");
        }
        JobConfig twoPhases =
                JobConfig.of(
                        TestSettings.with(
                                "kafka.sink.transaction.two.phase.commit.enable", "true"));
        assertThatThrownBy(KafkaSide.sink(twoPhases)::checkProperties)
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("two.phase.commit");
    }

    @Test
    void propertyThatIsWrongIsNamedThoughThereIsALogin() {
        JobConfig config =
                JobConfig.of(
                        TestSettings.with(
                                "kafka.sasl.jaas.config", "canary",
                                "kafka.sink.compression.type", "nonsense"));

        assertThatThrownBy(KafkaSide.sink(config)::checkProperties)
                .hasMessageContaining("compression.type")
                .hasMessageNotContaining("canary");
    }

    @Test
    void loginOfOneSideIsNotQuoted() {
        JobConfig config =
                JobConfig.of(
                        TestSettings.with(
                                "kafka.sink.security.protocol", "SASL_PLAINTEXT",
                                "kafka.sink.sasl.mechanism", "PLAIN",
                                "kafka.sink.sasl.jaas.config", "canary required x 5b1;"));

        assertThatThrownBy(() -> KafkaConnection.open(KafkaSide.sink(config)))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("KafkaException; what it says is left out")
                .hasMessageNotContaining("canary")
                .hasNoCause();
        assertThat(KafkaSide.sink(config)).asString().doesNotContain("canary");
        KafkaConnection.open(KafkaSide.source(config)).close();
    }

    @Test
    void sidesThatConnectAlikeShareAConnection() {
        JobConfig alike =
                JobConfig.of(
                        TestSettings.with(
                                "kafka.security.protocol", "SSL",
                                "kafka.source.fetch.min.bytes", "7",
                                "kafka.sink.compression.type", "lz4"));
        JobConfig apart = JobConfig.of(TestSettings.with("kafka.sink.client.id", "tagger"));

        assertThat(KafkaConnection.settings(KafkaSide.source(alike)))
                .isEqualTo(KafkaConnection.settings(KafkaSide.sink(alike)))
                .containsOnlyKeys("bootstrap.servers", "security.protocol");
        assertThat(KafkaConnection.settings(KafkaSide.source(apart)))
                .isNotEqualTo(KafkaConnection.settings(KafkaSide.sink(apart)));
    }
}
