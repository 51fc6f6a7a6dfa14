package io.labelstream.streaming;

import io.labelstream.serde.DeadLetterSettings;
import io.labelstream.serde.FieldPath;
import io.labelstream.serde.InputFormat;
import io.labelstream.serde.InputSettings;
import io.labelstream.serde.OutputFormat;
import io.labelstream.serde.OutputSettings;
import io.labelstream.serde.RegistrySettings;
import io.labelstream.serde.TextTemplate;
import io.labelstream.serde.avro.AvroSchemas;
import io.labelstream.serde.avro.AvroTextDecoder;
import io.labelstream.serde.registry.SchemaRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** Makes of {@link RecordOptions} what {@code serde} is told; says which do not go together. */
final class RecordSettings {

    /** What a dead letter says of a message, and some room for names. */
    private static final int LEAST_BYTES = 16 * 1024;

    private static final Duration LONGEST = Duration.ofDays(365_000);

    private final Configuration options;
    private final InputSettings input;
    private final OutputSettings output;

    /**
     * Reads the settings, and the schema file where one is named.
     *
     * @param outputTopic gives the subject of results its name
     * @throws ConfigException if one cannot be read, or does not go with another
     */
    RecordSettings(Configuration options, String outputTopic) {
        this.options = options;
        RegistrySettings registry = registry(outputTopic);
        this.input = input(registry);
        this.output = output(registry);
        topK();
        checkDurations();
        if (get(RecordOptions.OUTPUT_MAX_BYTES) < LEAST_BYTES) {
            throw new ConfigException(
                    "Setting output.max-bytes is %d; expected at least %d, which a dead letter may need for its headers."
                            .formatted(get(RecordOptions.OUTPUT_MAX_BYTES), LEAST_BYTES));
        }
    }

    InputSettings input() {
        return input;
    }

    OutputSettings output() {
        return output;
    }

    DeadLetterSettings deadLetters(String topic) {
        return new DeadLetterSettings(
                topic,
                get(RecordOptions.DEAD_LETTER_PAYLOAD),
                get(RecordOptions.OUTPUT_MAX_BYTES),
                get(RecordOptions.OUTPUT_TIMESTAMP_MAX_AHEAD),
                get(RecordOptions.OUTPUT_TIMESTAMP_MAX_BEHIND));
    }

    /** How many labels to give; 0 for those that the model says apply. */
    int topK() {
        String value = get(RecordOptions.OUTPUT_TOP_K);
        if (value == null) {
            return 0;
        }
        if (value.equals(RecordOptions.ALL_LABELS)) {
            return Integer.MAX_VALUE;
        }
        if (!value.matches("[1-9]\\d{0,8}")) {
            throw new ConfigException(
                    "Setting %s is '%s'; expected a number from 1 on, or %s."
                            .formatted(
                                    RecordOptions.OUTPUT_TOP_K.key(),
                                    value,
                                    RecordOptions.ALL_LABELS));
        }
        return Integer.parseInt(value);
    }

    private InputSettings input(RegistrySettings registry) {
        InputFormat format = get(RecordOptions.INPUT_FORMAT);
        TextTemplate text = text(format);
        FieldPath pair = optional(format, RecordOptions.INPUT_TEXT_PAIR_FIELD, FieldPath::parse);
        String schema = schema(format, text, pair);
        if (pair != null && text == null) {
            throw new ConfigException(
                    "Setting input.text-pair-field is set, but not input.text-field. Set both; the fields of a TextEvent need neither.");
        }
        if (text == null && !schema.isEmpty()) {
            throw new ConfigException(
                    "Setting input.avro-schema is set, but not input.text-field. Name the field of the schema that holds the text.");
        }
        if (format == InputFormat.AVRO && text != null && schema.isEmpty()) {
            throw new ConfigException(
                    "Setting input.text-field is set, but not input.avro-schema. Name the file with the schema that the values were written with.");
        }
        if (format == InputFormat.AVRO_CONFLUENT && schema.isEmpty()) {
            checkFields(text, pair);
        }
        return new InputSettings(
                format,
                get(RecordOptions.INPUT_MAX_BYTES),
                text,
                pair,
                get(RecordOptions.INPUT_DUPLICATE_KEYS),
                schema,
                format == InputFormat.AVRO_CONFLUENT ? registry : null,
                get(RecordOptions.INPUT_TOMBSTONES),
                get(RecordOptions.INPUT_EMPTY_TEXTS),
                get(RecordOptions.INPUT_LONG_TEXTS));
    }

    /** No schema is known yet, but fields can contradict one another all the same. */
    private static void checkFields(TextTemplate text, FieldPath pair) {
        try {
            AvroTextDecoder.check(null, text, pair);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "Settings input.text-field, -template and -pair-field: %s."
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private TextTemplate text(InputFormat format) {
        TextTemplate field =
                optional(
                        format,
                        RecordOptions.INPUT_TEXT_FIELD,
                        path -> TextTemplate.field(FieldPath.parse(path)));
        TextTemplate template =
                optional(format, RecordOptions.INPUT_TEXT_TEMPLATE, TextTemplate::parse);
        if (field != null && template != null) {
            throw new ConfigException(
                    "Settings input.text-field and input.text-template are both set. Keep one.");
        }
        if (field == null && template == null && format == InputFormat.JSON) {
            return InputSettings.of(format).text();
        }
        return field == null ? template : field;
    }

    /** Reads the schema that a setting names, and looks whether it has the fields. */
    private String schema(InputFormat format, TextTemplate text, FieldPath pair) {
        return options.getOptional(RecordOptions.INPUT_AVRO_SCHEMA)
                .map(
                        file -> {
                            if (format != InputFormat.AVRO
                                    && format != InputFormat.AVRO_CONFLUENT) {
                                throw doesNotGoWith(RecordOptions.INPUT_AVRO_SCHEMA, format);
                            }
                            return read(file, text, pair);
                        })
                .orElse("");
    }

    private static String read(String file, TextTemplate text, FieldPath pair) {
        try {
            String schema = Files.readString(Path.of(file));
            Schema parsed = AvroSchemas.parse(schema);
            if (text != null) {
                AvroTextDecoder.check(parsed, text, pair);
            }
            return schema;
        } catch (IOException e) {
            throw new ConfigException(
                    "Setting %s: the file %s cannot be read: %s."
                            .formatted(
                                    RecordOptions.INPUT_AVRO_SCHEMA.key(),
                                    file,
                                    e.getClass().getSimpleName()),
                    e);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "Setting %s: %s: %s."
                            .formatted(RecordOptions.INPUT_AVRO_SCHEMA.key(), file, e.getMessage()),
                    e);
        }
    }

    private OutputSettings output(RegistrySettings registry) {
        OutputFormat format = get(RecordOptions.OUTPUT_FORMAT);
        if (format == OutputFormat.ENRICH && input.format() != InputFormat.JSON) {
            throw new ConfigException(
                    "Setting output.format is enrich, which adds a field to JSON objects, but input.format is %s. Set input.format to json, or choose headers, which leaves any value as it is."
                            .formatted(JobOptions.written(input.format())));
        }
        if (get(RecordOptions.OUTPUT_ENRICH_FIELD).isEmpty()) {
            throw new ConfigException(
                    "Setting output.enrich-field is empty; expected the name of a field.");
        }
        return new OutputSettings(
                format,
                get(RecordOptions.OUTPUT_ENRICH_FIELD),
                get(RecordOptions.OUTPUT_EXISTING_FIELD),
                get(RecordOptions.OUTPUT_MAX_BYTES),
                get(RecordOptions.OUTPUT_KEEP_PARTITION),
                get(RecordOptions.OUTPUT_BAD_TIMESTAMPS),
                get(RecordOptions.OUTPUT_TIMESTAMP_MAX_AHEAD),
                get(RecordOptions.OUTPUT_TIMESTAMP_MAX_BEHIND),
                format == OutputFormat.AVRO_CONFLUENT ? registry : null);
    }

    /** Null where neither side needs a registry. */
    private RegistrySettings registry(String outputTopic) {
        boolean needed =
                get(RecordOptions.INPUT_FORMAT) == InputFormat.AVRO_CONFLUENT
                        || get(RecordOptions.OUTPUT_FORMAT) == OutputFormat.AVRO_CONFLUENT;
        if (!needed) {
            return null;
        }
        List<String> urls = options.getOptional(RecordOptions.REGISTRY_URL).orElse(List.of());
        if (urls.isEmpty() || !urls.stream().allMatch(SchemaRegistry::isAddress)) {
            throw new ConfigException(
                    "Setting schema-registry.url is %s; avro-confluent needs one or more of the form http://HOST:PORT or https://HOST/PATH, without a login, a query or an underscore in the host's name."
                            .formatted(urls.isEmpty() ? "missing" : "not an address"));
        }
        String username = options.getOptional(RecordOptions.REGISTRY_USERNAME).orElse("");
        String password = options.getOptional(RecordOptions.REGISTRY_PASSWORD).orElse("");
        if (username.isEmpty() != password.isEmpty()) {
            throw new ConfigException(
                    "Of the settings schema-registry.username and schema-registry.password only one is set. Set both or none.");
        }
        return new RegistrySettings(
                urls,
                username,
                password,
                get(RecordOptions.REGISTRY_TIMEOUT),
                get(RecordOptions.REGISTRY_AUTO_REGISTER),
                options.getOptional(RecordOptions.REGISTRY_SUBJECT).orElse(outputTopic + "-value"));
    }

    private void checkDurations() {
        for (ConfigOption<Duration> option :
                List.of(
                        RecordOptions.OUTPUT_TIMESTAMP_MAX_AHEAD,
                        RecordOptions.OUTPUT_TIMESTAMP_MAX_BEHIND,
                        RecordOptions.REGISTRY_TIMEOUT)) {
            Duration value = get(option);
            if (value != null
                    && (value.compareTo(Duration.ofMillis(1)) < 0
                            || value.compareTo(LONGEST) > 0)) {
                throw new ConfigException(
                        "Setting %s is %s; expected a duration above 0, such as '10 s', and up to %d days."
                                .formatted(option.key(), value, LONGEST.toDays()));
            }
        }
    }

    private <T> T optional(
            InputFormat format, ConfigOption<String> option, Function<String, T> parse) {
        return options.getOptional(option)
                .map(
                        value -> {
                            if (format == InputFormat.TEXT) {
                                throw doesNotGoWith(option, format);
                            }
                            try {
                                return parse.apply(value);
                            } catch (IllegalArgumentException e) {
                                throw new ConfigException(
                                        "Setting %s: %s.".formatted(option.key(), e.getMessage()),
                                        e);
                            }
                        })
                .orElse(null);
    }

    private static ConfigException doesNotGoWith(ConfigOption<?> option, InputFormat format) {
        return new ConfigException(
                "Setting %s is set, but input.format is %s, which has no use for it. Set input.format, or leave this out."
                        .formatted(option.key(), JobOptions.written(format)));
    }

    private <T> T get(ConfigOption<T> option) {
        return options.get(option);
    }
}
