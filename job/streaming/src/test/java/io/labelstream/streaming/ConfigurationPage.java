package io.labelstream.streaming;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;

/** Renders {@link JobOptions#ALL} as Markdown. */
final class ConfigurationPage {

    private static final String HEAD =
            """
            # Configuration

            One YAML file; keys may nest (`batch:` / `max-rows: 8`) or be dotted (`batch.max-rows: 8`). Durations are
            written as `10 s`, `500 ms`, `15 min`. `${env:NAME}` and `${file:PATH}` in a value stand for an environment
            variable or a file's content: keep secrets there. `--set key=value` on the command line wins over the file.

            Beside the settings below:

            - `kafka.*` goes to Kafka's clients as it is (`kafka.security.protocol: SASL_SSL`), `kafka.source.*` and
              `kafka.sink.*` to one side only. What the job sets itself (offsets, serializers, transactions),
              `config.providers`, login modules for JNDI and LDAP, and `file:` URLs of OAUTHBEARER are refused by name.
              With exactly-once, `kafka.sink.linger.ms` is 100 and `kafka.sink.batch.size` 131072 unless set: `read_committed` readers see results at a checkpoint, whenever they are sent (others up to 100 ms later than without).
            - `flink.*` goes to Flink (`flink.taskmanager.memory.task.off-heap.size: 1g`) and wins over what the job asks for, but for checkpointing.

            This page is rendered from the constants in `JobOptions` and `RecordOptions`; a test fails when it is stale.

            | Key | Type | Default | Effect |
            |---|---|---|---|
            """;

    /** Flink's options do not say their type. */
    private static final List<ConfigOption<?>> LISTS =
            List.of(JobOptions.INPUT_TOPICS, RecordOptions.REGISTRY_URL);

    private ConfigurationPage() {}

    static String render() {
        StringBuilder page = new StringBuilder(HEAD);
        for (ConfigOption<?> option : JobOptions.ALL) {
            page.append(
                    "| `%s` | %s | %s | %s |%n"
                            .formatted(
                                    option.key(),
                                    type(option),
                                    defaultValue(option),
                                    new HtmlFormatter().format(option.description())));
        }
        return page.toString();
    }

    private static String type(ConfigOption<?> option) {
        if (LISTS.contains(option)) {
            return "list";
        }
        if (JobOptions.NUMBERS.contains(option)
                || option.equals(JobOptions.INPUT_START_TIMESTAMP)
                || option.defaultValue() instanceof Integer) {
            return "integer";
        }
        Object value = option.defaultValue();
        if (value instanceof Enum<?>) {
            return "choice";
        }
        if (value instanceof Duration) {
            return "duration";
        }
        if (option.equals(RecordOptions.OUTPUT_TIMESTAMP_MAX_BEHIND)) {
            return "duration";
        }
        return value instanceof Boolean ? "boolean" : "string";
    }

    private static String defaultValue(ConfigOption<?> option) {
        Object value = option.defaultValue();
        if (value == null) {
            return "";
        }
        if (value instanceof Duration duration) {
            return "`" + TimeUtils.formatWithHighestUnit(duration) + "`";
        }
        if (value instanceof Enum<?> choice) {
            return "`" + choice.name().toLowerCase(Locale.ROOT).replace('_', '-') + "`";
        }
        return "`" + value + "`";
    }
}
