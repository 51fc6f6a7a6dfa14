package io.labelstream.streaming.preflight;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.TestSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

class TopicLimitsTest {

    private static final String[] KAFKAS_OWN = {
        "max.message.bytes", "1048588",
        "message.timestamp.type", "CreateTime",
        "message.timestamp.after.max.ms", "3600000",
        "message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE)
    };

    @Test
    void defaultsOfBothGoTogether() {
        assertThatCode(() -> check(JobConfig.of(TestSettings.minimal()), KAFKAS_OWN))
                .doesNotThrowAnyException();
    }

    @Test
    void topicThatTakesLessThanTheJobMayWriteIsNamed() {
        JobConfig config = JobConfig.of(TestSettings.minimal());

        refuses(config, "output.max-bytes is 1048576", "max.message.bytes", "1000");
        refuses(
                config,
                "output.timestamp-max-ahead is 3600000 ms",
                "message.timestamp.after.max.ms",
                "60000");
        refuses(
                config,
                "output.timestamp-max-behind is not set",
                "message.timestamp.before.max.ms",
                "86400000");
        refuses(
                JobConfig.of(TestSettings.with("output.timestamp-max-behind", "1 d")),
                "output.timestamp-max-behind is 86400000 ms",
                "message.timestamp.before.max.ms",
                "86400000");
    }

    @Test
    void compressionMayMakeABatchLarger() {
        JobConfig plain = JobConfig.of(TestSettings.minimal());
        JobConfig lz4 = JobConfig.of(TestSettings.with("kafka.sink.compression.type", "lz4"));
        String[] size = {"max.message.bytes", "1048588", "compression.type"};

        refuses(lz4, "grows a little", size[0], size[1]);
        assertThatCode(() -> check(lz4, size[0], "1053696")).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(plain, size[0], size[1], size[2], "zstd"))
                .isInstanceOf(PreflightException.class);
        assertThatCode(() -> check(plain, size[0], size[1], size[2], "producer"))
                .doesNotThrowAnyException();
    }

    @Test
    void timestampsDoNotMatterWhereTheBrokerSetsThem() {
        assertThatCode(
                        () ->
                                check(
                                        JobConfig.of(TestSettings.minimal()),
                                        "message.timestamp.type",
                                        "LogAppendTime",
                                        "message.timestamp.after.max.ms",
                                        "1"))
                .doesNotThrowAnyException();
    }

    private static void refuses(JobConfig config, String setting, String limit, String value) {
        assertThatThrownBy(() -> check(config, limit, value))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining(setting)
                .hasMessageContaining("topic labelled has " + limit + " " + value);
    }

    private static void check(JobConfig config, String... namesAndValues) {
        List<ConfigEntry> entries = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            entries.add(new ConfigEntry(namesAndValues[i], namesAndValues[i + 1]));
        }
        TopicLimits.check("labelled", new Config(entries), config);
    }
}
