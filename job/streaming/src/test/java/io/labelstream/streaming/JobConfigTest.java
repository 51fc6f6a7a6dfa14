package io.labelstream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.inference.DeviceType;
import io.labelstream.operators.ClassifierSettings;
import io.labelstream.operators.OnTimeout;
import io.labelstream.serde.BadTimestamps;
import io.labelstream.serde.DeadLetterSettings.Payload;
import io.labelstream.serde.DuplicateKeys;
import io.labelstream.serde.EmptyTexts;
import io.labelstream.serde.ExistingField;
import io.labelstream.serde.InputFormat;
import io.labelstream.serde.InputSettings;
import io.labelstream.serde.LongTexts;
import io.labelstream.serde.OutputFormat;
import io.labelstream.serde.OutputSettings;
import io.labelstream.serde.Tombstones;
import io.labelstream.streaming.commit.LostResults;
import io.labelstream.streaming.source.MissingMessages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobConfigTest {

    @Test
    void defaultsAreThoseOfTheDocumentation() {
        JobConfig config = JobConfig.of(TestSettings.minimal());
        ClassifierSettings classifier = config.classifier();

        assertThat(config.exactlyOnce()).isTrue();
        assertThat(config.ordered()).isTrue();
        assertThat(config.missingMessages()).isEqualTo(MissingMessages.FAIL);
        assertThat(config.lostResults()).isEqualTo(LostResults.FAIL);
        assertThat(config.maxRows()).isEqualTo(64);
        assertThat(config.capacity()).isEqualTo(2048);
        assertThat(classifier.input()).isEqualTo(InputSettings.of(InputFormat.TEXT));
        assertThat(classifier.output()).isEqualTo(OutputSettings.of(OutputFormat.JSON));
        assertThat(config.deadLetters().payload()).isEqualTo(Payload.FULL);
        assertThat(classifier.modelFile()).isEmpty();
        assertThat(classifier.modelDigest()).isEmpty();
        assertThat(classifier.runTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(classifier.onTimeout()).isEqualTo(OnTimeout.DEAD_LETTER);
        assertThat(classifier.topK()).as("as the model says").isZero();
        assertThat(classifier.linger()).isEqualTo(Duration.ZERO);
        assertThat(classifier.device()).isEqualTo(DeviceType.AUTO);
        assertThat(classifier.threads()).isEqualTo(1);
        assertThat(config.kafka().source()).containsEntry("isolation.level", "read_committed");
    }

    @Test
    void everySettingArrives() {
        JobConfig config =
                JobConfig.of(
                        TestSettings.with(
                                "job.name", "tagger",
                                "job.parallelism", "3",
                                "input.topics", "a;b",
                                "input.missing-messages", "skip",
                                "input.format", "avro",
                                "input.max-bytes", "77",
                                "input.tombstones", "skip",
                                "input.empty-texts", "dead-letter",
                                "input.long-texts", "dead-letter",
                                "input.duplicate-keys", "dead-letter",
                                "output.format", "headers",
                                "output.keep-partition", "true",
                                "output.max-bytes", "50000",
                                "output.bad-timestamps", "dead-letter",
                                "output.timestamp-max-ahead", "2 h",
                                "output.timestamp-max-behind", "3 d",
                                "output.enrich-field", "tag",
                                "output.existing-field", "overwrite",
                                "output.attention-words", "6",
                                "dead-letter.payload", "hash",
                                "output.order", "unordered",
                                "output.delivery", "at-least-once",
                                "output.lost-results", "report",
                                "output.top-k", "5",
                                "output.attention", "true",
                                "model.file", "onnx/model_fp16.onnx",
                                "tokenize.max-tokens", "32",
                                "tokenize.max-characters", "99",
                                "batch.max-tokens", "300",
                                "batch.max-rows", "10",
                                "batch.max-padding-per-text", "20",
                                "batch.linger", "2 ms",
                                "batch.capacity", "20",
                                "batch.cache-texts", "500",
                                "batch.timeout", "9 s",
                                "batch.run-timeout", "1 s",
                                "batch.on-timeout", "fail",
                                "model.digest", "0123456789abcdef".repeat(4),
                                "checkpoint.interval", "1 s",
                                "checkpoint.timeout", "20 s",
                                "device.type", "cuda",
                                "device.threads", "4"));

        assertThat(config.name()).isEqualTo("tagger");
        assertThat(config.inputTopics()).containsExactly("a", "b");
        assertThat(config.ordered()).isFalse();
        assertThat(config.exactlyOnce()).isFalse();
        assertThat(config.missingMessages()).isEqualTo(MissingMessages.SKIP);
        assertThat(config.lostResults()).isEqualTo(LostResults.REPORT);
        assertThat(config.capacity()).isEqualTo(20);
        assertThat(config.batchTimeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(config.classifier())
                .isEqualTo(
                        new ClassifierSettings(
                                "/models/sentiment-en",
                                "onnx/model_fp16.onnx",
                                "0123456789abcdef".repeat(4),
                                new InputSettings(
                                        InputFormat.AVRO,
                                        77,
                                        null,
                                        null,
                                        DuplicateKeys.DEAD_LETTER,
                                        "",
                                        null,
                                        Tombstones.SKIP,
                                        EmptyTexts.DEAD_LETTER,
                                        LongTexts.DEAD_LETTER),
                                new OutputSettings(
                                        OutputFormat.HEADERS,
                                        "tag",
                                        ExistingField.OVERWRITE,
                                        50000,
                                        true,
                                        BadTimestamps.DEAD_LETTER,
                                        Duration.ofHours(2),
                                        Duration.ofDays(3),
                                        null),
                                32,
                                99,
                                5,
                                true,
                                6,
                                300,
                                10,
                                20,
                                500,
                                Duration.ofMillis(2),
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(1),
                                OnTimeout.FAIL,
                                DeviceType.CUDA,
                                4));
    }

    @Test
    void flinkIsAskedForWhatTheGuaranteeNeeds() {
        Configuration flink =
                JobConfig.of(
                                TestSettings.with(
                                        "checkpoint.interval", "2 s",
                                        "checkpoint.directory", "/state",
                                        "job.parallelism", "2",
                                        "flink.rest.port", "8085"))
                        .flinkConfiguration();

        assertThat(flink.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(flink.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
                .isEqualTo("file:///state");
        assertThat(flink.get(PipelineOptions.GENERIC_TYPES)).isFalse();
        assertThat(flink.get(CoreOptions.DEFAULT_PARALLELISM)).isEqualTo(2);
        assertThat(flink.get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF))
                .as("a job that failed often is back within half a minute all the same")
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(
                        flink.get(
                                RestartStrategyOptions
                                        .RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(flink.toMap()).containsEntry("rest.port", "8085");
    }

    @Test
    void cudaGetsLargerRuns() {
        JobConfig config = JobConfig.of(TestSettings.with("device.type", "cuda"));

        assertThat(config.maxRows()).isEqualTo(512);
        assertThat(config.capacity()).isEqualTo(2048);
    }

    @Test
    void clientPropertiesReachTheSideTheyAreFor() {
        KafkaSettings kafka =
                JobConfig.of(
                                TestSettings.with(
                                        "kafka.security.protocol", "SASL_SSL",
                                        "kafka.source.fetch.min.bytes", "7",
                                        "kafka.sink.compression.type", "lz4"))
                        .kafka();

        assertThat(kafka.source())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("fetch.min.bytes", "7")
                .doesNotContainKey("compression.type");
        assertThat(kafka.sink(false, 5))
                .containsEntry("compression.type", "lz4")
                .containsEntry("max.request.size", "5")
                .doesNotContainKeys("fetch.min.bytes", "linger.ms");
    }

    @Test
    void resultsThatWaitForACheckpointTravelTogetherUnlessToldOtherwise() {
        KafkaSettings usual = JobConfig.of(TestSettings.with()).kafka();
        KafkaSettings told = JobConfig.of(TestSettings.with("kafka.sink.linger.ms", "0")).kafka();

        assertThat(usual.sink(true, 5)).containsEntry("linger.ms", "100");
        assertThat(told.sink(true, 5)).containsEntry("linger.ms", "0");
    }

    @Test
    void secretsAreInNoTextOfTheConfiguration() {
        JobConfig config = JobConfig.of(TestSettings.with("kafka.ssl.key.password", "canary-9c1"));

        assertThat(config.toString()).doesNotContain("canary-9c1");
        assertThat(config.flinkConfiguration().toString()).doesNotContain("canary-9c1");
        Properties properties = config.kafka().sink(true, 5);
        assertThat(properties).containsEntry("ssl.key.password", "canary-9c1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.sasl.jaas.config",
                "kafka.source.ssl.key.password",
                "kafka.ssl.keystore.key",
                "schema-registry.password",
                "flink.s3.access-key",
                "flink.s3.secret-key"
            })
    void secretsAreRefusedAsArguments(String key) {
        Path file = Path.of("absent.yaml");

        assertThatThrownBy(() -> JobConfig.read(file, Map.of(key, "canary-9c1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Setting " + key + " is a secret")
                .hasMessageContaining("${file:PATH}")
                .hasMessageNotContaining("canary-9c1");
        // Goes on to the file.
        assertThatThrownBy(() -> JobConfig.read(file, Map.of(key, "${env:HOME}")))
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> JobConfig.read(file, Map.of("batch.max-tokens", "300")))
                .hasMessageContaining("no such file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.bootstrap.servers",
                "output.topic",
                "output.transactional-id-prefix",
                "dead-letter.topic",
                "model.path",
                "input.topics"
            })
    void whatIsRequiredIsNamedWhenItIsMissing(String key) {
        refuses(TestSettings.without(key), "Setting " + key + " is missing");
    }

    @Test
    void transactionMustOutliveTwoSlowCheckpoints() {
        assertThatThrownBy(() -> transactions("5 s", "10 min", "15 min"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is 900 s; expected at least 1200 s");
        assertThatThrownBy(() -> transactions("15 min", "1 min", "15 min"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected at least 960 s");
        assertThat(transactions("5 s", "5 s", "10 s").transactionTimeout())
                .isEqualTo(Duration.ofSeconds(10));
    }

    private static JobConfig transactions(String interval, String checkpoint, String transaction) {
        return JobConfig.of(
                TestSettings.with(
                        "checkpoint.interval", interval,
                        "checkpoint.timeout", checkpoint,
                        "output.transaction-timeout", transaction));
    }

    @Test
    void atLeastOnceNeedsNoTransactionalIdPrefix() {
        Map<String, String> settings = TestSettings.without("output.transactional-id-prefix");
        settings.put("output.delivery", "at-least-once");

        assertThat(JobConfig.of(settings).exactlyOnce()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "batch.max-token, 5, Setting batch.max-token is not known",
        "nonsense, 5, Setting nonsense is not known",
        "input.format, xml, 'Setting input.format: ''xml'' cannot be read: expected one of text, json, avro, avro-confluent'",
        "batch.max-rows, many, Setting batch.max-rows: 'many' cannot be read",
        "batch.max-rows, 0, expected at least 1",
        "output.top-k, 0, expected a number from 1 on",
        "output.top-k, some, or all",
        "output.attention-words, 0, expected at least 1",
        "output.format, enrich, Set input.format to json",
        "output.enrich-field, '', expected the name of a field",
        "input.text-field, a.b, which has no use for it",
        "input.avro-schema, /x.avsc, which has no use for it",
        "input.format, avro-confluent, Setting schema-registry.url is missing",
        "output.format, avro-confluent, Setting schema-registry.url is missing",
        "output.max-bytes, 16383, expected at least 16384",
        "kafka.sink.buffer.memory, 1000, 'expected at least output.max-bytes, 1048576'",
        "output.timestamp-max-ahead, 9223372036854775807 s, up to 365000 days",
        "output.order, un-ordered, '''un-ordered'' cannot be read: expected one of ordered, unordered'",
        "output.timestamp-max-ahead, 0 s, expected a duration above 0",
        "kafka.sink.max.request.size, 7, Use output.max-bytes instead",
        "batch.capacity, 100, expected at least 128",
        "batch.cache-texts, -1, expected at least 0",
        "batch.timeout, 0 s, expected a duration above 0",
        "batch.run-timeout, 0 s, expected a duration above 0",
        "batch.timeout, 209 s, 'Setting batch.timeout is 209 s; expected at least 210 s, 7 times batch.run-timeout'",
        "batch.on-timeout, drop, 'expected one of dead-letter, fail'",
        "model.digest, ABC, expected 64 hex digits in lower case",
        "checkpoint.timeout, 15 min, expected at least 1800 s, checkpoint.timeout",
        "input.topic-pattern, rev.*, both set",
        "input.start, timestamp, Setting input.start-timestamp is missing",
        "output.topic, reviews, the job would read what it writes",
        "output.topic, unreadable, Choose two topics",
        "input.topics, '', Setting input.topics is empty",
        "flink.execution.checkpointing.mode, AT_LEAST_ONCE, Use output.delivery instead",
        "flink.execution.checkpointing.interval, 1 h, Use checkpoint.interval instead",
        "kafka.group.id, g, Use input.group-id instead",
        "kafka.source.auto.offset.reset, latest, Use input.start instead",
        "kafka.config.providers, file, is not allowed",
        "kafka.source.config.providers.x.class, org.example.Provider, is not allowed",
        "kafka.sasl.jaas.config, com.sun.security.auth.module.JndiLoginModule required;, load foreign code",
        "kafka.source.sasl.jaas.config, com.sun.security.auth.module.LdapLoginModule required;, load foreign code",
        "kafka.sink.listener.name.x.sasl.jaas.config, 'a.B required; c.jndiloginmodule required;', load foreign code",
        "kafka.sasl.oauthbearer.token.endpoint.url, file:///etc/passwd, Use an https: one",
        "kafka.source.sasl.oauthbearer.jwks.endpoint.url, ' FILE:/etc/passwd', Use an https: one"
    })
    void whatIsWrongIsNamed(String key, String value, String message) {
        refuses(TestSettings.with(key, value), message);
    }

    @Test
    void tombstonesPassOnlyWhereTheyCannotOvertake() {
        refuses(
                TestSettings.with("input.tombstones", "pass", "output.order", "unordered"),
                "could overtake the result that it is to delete");
        assertThat(JobConfig.of(TestSettings.with("input.tombstones", "pass")).input().tombstones())
                .isEqualTo(Tombstones.PASS);
    }

    @Test
    void recordsLargerThanTheProducersBufferGetALargerOne() {
        Properties producer =
                JobConfig.of(TestSettings.with("output.max-bytes", "40000000"))
                        .producerProperties();

        assertThat(producer)
                .containsEntry("buffer.memory", "40000000")
                .containsEntry("max.request.size", "40000000");
    }

    @Test
    void patternMustBeOneAndMustNotMatchTheOutput() {
        Map<String, String> settings = TestSettings.without("input.topics");
        settings.put("input.topic-pattern", "rev(");
        refuses(settings, "no regular expression");
        settings.put("input.topic-pattern", ".*");
        refuses(settings, "the job would read what it writes");
        settings.put("input.topic-pattern", "rev.*");
        assertThat(JobConfig.of(settings).inputTopicPattern().matcher("reviews").matches())
                .isTrue();
    }

    private static void refuses(Map<String, String> settings, String message) {
        assertThatThrownBy(() -> JobConfig.of(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
