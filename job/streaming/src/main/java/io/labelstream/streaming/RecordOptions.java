package io.labelstream.streaming;

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
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * The settings that say what records are, coming in and going out, and what becomes of the odd
 * ones. Part of {@link JobOptions#ALL}.
 */
public final class RecordOptions {

    /** Of {@link #OUTPUT_TOP_K}. */
    static final String ALL_LABELS = "all";

    public static final ConfigOption<InputFormat> INPUT_FORMAT =
            ConfigOptions.key("input.format")
                    .enumType(InputFormat.class)
                    .defaultValue(InputFormat.TEXT)
                    .withDescription(
                            "What the values are: text (UTF-8), json (an object with the text in a field), avro (a record in Avro's binary form, all of one schema), or avro-confluent (such a record behind the id of its schema in a registry).");

    public static final ConfigOption<String> INPUT_TEXT_FIELD =
            ConfigOptions.key("input.text-field")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Where the text stands in JSON and Avro: names separated by dots, elements of lists by index, such as body.text or items[0].text; names with other characters as ['a.b']. Where not set: text in JSON, and the fields of a TextEvent in Avro.");

    public static final ConfigOption<String> INPUT_TEXT_TEMPLATE =
            ConfigOptions.key("input.text-template")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "A text made of several fields of JSON or Avro, in place of input.text-field, such as '{title}. {body.text}'. A field that may be missing or null has a question mark: {subtitle?}. Doubled braces stand for braces.");

    public static final ConfigOption<String> INPUT_TEXT_PAIR_FIELD =
            ConfigOptions.key("input.text-pair-field")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Where the second text stands, for models that judge pairs; a message without it is judged by its text alone.");

    public static final ConfigOption<DuplicateKeys> INPUT_DUPLICATE_KEYS =
            ConfigOptions.key("input.duplicate-keys")
                    .enumType(DuplicateKeys.class)
                    .defaultValue(DuplicateKeys.LAST)
                    .withDescription(
                            "Where a JSON object has a field twice: last (the last one counts), or dead-letter.");

    public static final ConfigOption<String> INPUT_AVRO_SCHEMA =
            ConfigOptions.key("input.avro-schema")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "File with an Avro schema, read where the job is started. With avro the schema that all values were written with (a TextEvent's where not set). With avro-confluent the reader's schema, whose names, aliases and defaults input.text-field goes by (the writer's own where not set).");

    public static final ConfigOption<Integer> INPUT_MAX_BYTES =
            ConfigOptions.key("input.max-bytes")
                    .intType()
                    .defaultValue(InputSettings.DEFAULT_MAX_BYTES)
                    .withDescription(
                            "Bytes of a value; larger ones go to the dead letters unread. Up to batch.capacity messages are held in the heap at a time: where many are large, lower one of the two.");

    public static final ConfigOption<Tombstones> INPUT_TOMBSTONES =
            ConfigOptions.key("input.tombstones")
                    .enumType(Tombstones.class)
                    .defaultValue(Tombstones.DEAD_LETTER)
                    .withDescription(
                            "Messages without a value: dead-letter; pass (to the output, as they came and in their order, as compacted topics want it); or skip (counted as skippedTombstones).");

    public static final ConfigOption<EmptyTexts> INPUT_EMPTY_TEXTS =
            ConfigOptions.key("input.empty-texts")
                    .enumType(EmptyTexts.class)
                    .defaultValue(EmptyTexts.CLASSIFY)
                    .withDescription(
                            "Texts that hold nothing but white space and control characters: classify, or dead-letter. A value without any byte always goes to the dead letters.");

    public static final ConfigOption<LongTexts> INPUT_LONG_TEXTS =
            ConfigOptions.key("input.long-texts")
                    .enumType(LongTexts.class)
                    .defaultValue(LongTexts.TRUNCATE)
                    .withDescription(
                            "Texts longer than tokenize.max-tokens or tokenize.max-characters: truncate (cut, and flagged as truncated), or dead-letter.");

    public static final ConfigOption<OutputFormat> OUTPUT_FORMAT =
            ConfigOptions.key("output.format")
                    .enumType(OutputFormat.class)
                    .defaultValue(OutputFormat.JSON)
                    .withDescription(
                            "What the values are: json or avro (a LabelledEvent), avro-confluent (the same behind the id of its schema in a registry), enrich (the message's JSON object, every byte as it was, with one field more; needs input.format json), or headers (the message's value as it was, and the label in headers labelstream.*).");

    public static final ConfigOption<String> OUTPUT_ENRICH_FIELD =
            ConfigOptions.key("output.enrich-field")
                    .stringType()
                    .defaultValue(OutputSettings.DEFAULT_ENRICH_FIELD)
                    .withDescription("Name of the field that enrich adds.");

    public static final ConfigOption<ExistingField> OUTPUT_EXISTING_FIELD =
            ConfigOptions.key("output.existing-field")
                    .enumType(ExistingField.class)
                    .defaultValue(ExistingField.DEAD_LETTER)
                    .withDescription(
                            "Where a message to enrich has a field of that name: dead-letter, or overwrite (its value is replaced; of several such fields, that of the last).");

    public static final ConfigOption<Boolean> OUTPUT_KEEP_PARTITION =
            ConfigOptions.key("output.keep-partition")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether a result goes to the partition that its message had, which keeps the order of messages without keys too; else the key decides. The output needs as many partitions as each input.");

    public static final ConfigOption<Integer> OUTPUT_MAX_BYTES =
            ConfigOptions.key("output.max-bytes")
                    .intType()
                    .defaultValue(OutputSettings.DEFAULT_MAX_BYTES)
                    .withDescription(
                            "Bytes of a result with key and headers, as Kafka counts them before compression; larger ones go to the dead letters, and a dead letter that is larger leaves out what makes it so. At most max.message.bytes of both topics, which is checked at the start; the producers' max.request.size follows it.");

    public static final ConfigOption<BadTimestamps> OUTPUT_BAD_TIMESTAMPS =
            ConfigOptions.key("output.bad-timestamps")
                    .enumType(BadTimestamps.class)
                    .defaultValue(BadTimestamps.REPLACE)
                    .withDescription(
                            "Messages whose timestamp the output topic would refuse: replace (the result gets the present one, and the event says the message's own), or dead-letter.");

    public static final ConfigOption<Duration> OUTPUT_TIMESTAMP_MAX_AHEAD =
            ConfigOptions.key("output.timestamp-max-ahead")
                    .durationType()
                    .defaultValue(OutputSettings.DEFAULT_MAX_AHEAD)
                    .withDescription(
                            "How far in the future a timestamp of results and dead letters may be. At most message.timestamp.after.max.ms of both topics, which is checked at the start.");

    public static final ConfigOption<Duration> OUTPUT_TIMESTAMP_MAX_BEHIND =
            ConfigOptions.key("output.timestamp-max-behind")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "How far in the past a timestamp of results and dead letters may be; any past where not set. Less than message.timestamp.before.max.ms of both topics, by as much as a result may wait to be sent.");

    public static final ConfigOption<String> OUTPUT_TOP_K =
            ConfigOptions.key("output.top-k")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "How many labels to give, best first, whatever their scores; all for every one. Where not set, those that the model says apply: the best one, or, of a model that may give a text several labels, all that reach their threshold, which may be none, or, if its configuration says return_all_scores, all in the order of their ids.");

    public static final ConfigOption<Boolean> OUTPUT_ATTENTION =
            ConfigOptions.key("output.attention")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether to give the attention of words, with their offsets in the text, where the model has it.");

    public static final ConfigOption<Integer> OUTPUT_ATTENTION_WORDS =
            ConfigOptions.key("output.attention-words")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Of how many words to give it: those with the most, in the order of the text. All where not set.");

    public static final ConfigOption<Payload> DEAD_LETTER_PAYLOAD =
            ConfigOptions.key("dead-letter.payload")
                    .enumType(Payload.class)
                    .defaultValue(Payload.FULL)
                    .withDescription(
                            "What dead letters hold of the message's value: full (every byte), or hash (size and sha256 only, where values must not be kept; such letters cannot be replayed). Key and headers are kept.");

    public static final ConfigOption<List<String>> REGISTRY_URL =
            ConfigOptions.key("schema-registry.url")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "Addresses of the schema registry, tried in turn, separated by semicolons; each may have a path, such as https://registry:8080/apis/ccompat/v7. Required for avro-confluent.");

    public static final ConfigOption<String> REGISTRY_USERNAME =
            ConfigOptions.key("schema-registry.username")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Name for basic authentication at the registry.");

    public static final ConfigOption<String> REGISTRY_PASSWORD =
            ConfigOptions.key("schema-registry.password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Password for it: write ${env:NAME} or ${file:PATH} here.");

    public static final ConfigOption<Duration> REGISTRY_TIMEOUT =
            ConfigOptions.key("schema-registry.timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(2))
                    .withDescription(
                            "How long a message of a schema not seen before waits for a registry that does not answer, before the job fails over and tries again. Messages of schemas seen before need no registry. Less than checkpoint.timeout.");

    public static final ConfigOption<Boolean> REGISTRY_AUTO_REGISTER =
            ConfigOptions.key("schema-registry.auto-register")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription(
                            "Whether the job registers the schema of results at the start; else it must be there.");

    public static final ConfigOption<String> REGISTRY_SUBJECT =
            ConfigOptions.key("schema-registry.subject")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Subject of the schema of results. The output topic and -value where not set.");

    private RecordOptions() {}
}
