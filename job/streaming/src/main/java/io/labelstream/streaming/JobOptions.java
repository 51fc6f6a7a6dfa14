package io.labelstream.streaming;

import io.labelstream.inference.DeviceType;
import io.labelstream.inference.TextTokenizer;
import io.labelstream.operators.OnTimeout;
import io.labelstream.streaming.commit.LostResults;
import io.labelstream.streaming.source.MissingMessages;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * Every setting of the job, with type, default and effect. {@code docs/CONFIGURATION.md} is
 * rendered from these; what must be unique or stable has no default.
 */
public final class JobOptions {

    /** Settings under this prefix go to the Kafka clients of both sides. */
    public static final String KAFKA_PREFIX = "kafka.";

    public static final String KAFKA_SOURCE_PREFIX = "kafka.source.";
    public static final String KAFKA_SINK_PREFIX = "kafka.sink.";

    /** Settings under this prefix go to Flink. */
    public static final String FLINK_PREFIX = "flink.";

    /** Where to begin when there is no checkpoint to go on from. */
    public enum Start {
        EARLIEST,
        LATEST,
        COMMITTED,
        TIMESTAMP
    }

    /** What a reader of the output may rely on. */
    public enum Delivery {
        EXACTLY_ONCE,
        AT_LEAST_ONCE
    }

    /** Whether results leave in the order of their messages. */
    public enum Order {
        ORDERED,
        UNORDERED
    }

    public static final ConfigOption<String> JOB_NAME =
            ConfigOptions.key("job.name")
                    .stringType()
                    .defaultValue("labelstream")
                    .withDescription("Name of the job, for people.");

    public static final ConfigOption<Integer> PARALLELISM =
            ConfigOptions.key("job.parallelism")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Slots to use; each loads the model and keeps about one core busy. Flink's own default where not set.");

    public static final ConfigOption<String> BOOTSTRAP_SERVERS =
            ConfigOptions.key("kafka.bootstrap.servers")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Addresses of the Kafka brokers, host:port, separated by commas. Required.");

    public static final ConfigOption<List<String>> INPUT_TOPICS =
            ConfigOptions.key("input.topics")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "Topics to read. Required, unless input.topic-pattern is set.");

    public static final ConfigOption<String> INPUT_TOPIC_PATTERN =
            ConfigOptions.key("input.topic-pattern")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Regular expression; every topic whose whole name matches is read. One created later is found within 5 minutes; kafka.source.partition.discovery.interval.ms sets that.");

    public static final ConfigOption<String> INPUT_GROUP_ID =
            ConfigOptions.key("input.group-id")
                    .stringType()
                    .defaultValue("labelstream")
                    .withDescription(
                            "Consumer group under which progress is committed, for monitoring and for input.start committed. The job itself goes on from its checkpoints.");

    public static final ConfigOption<Start> INPUT_START =
            ConfigOptions.key("input.start")
                    .enumType(Start.class)
                    .defaultValue(Start.EARLIEST)
                    .withDescription(
                            "Where the first start begins: earliest, latest, committed (earliest where nothing is), or timestamp. A start from a checkpoint goes on where that was.");

    public static final ConfigOption<Long> INPUT_START_TIMESTAMP =
            ConfigOptions.key("input.start-timestamp")
                    .longType()
                    .noDefaultValue()
                    .withDescription(
                            "Milliseconds since 1970-01-01 UTC; required where input.start is timestamp.");

    public static final ConfigOption<MissingMessages> MISSING_MESSAGES =
            ConfigOptions.key("input.missing-messages")
                    .enumType(MissingMessages.class)
                    .defaultValue(MissingMessages.FAIL)
                    .withDescription(
                            "What to do where Kafka does not have the messages that come next, as after retention has deleted them. fail: the job ends and says where it would have gone on. skip: it goes on with the earliest message there is, and the log of the Kafka client says so.");

    public static final ConfigOption<String> OUTPUT_TOPIC =
            ConfigOptions.key("output.topic")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Topic for labelled events. Required.");

    public static final ConfigOption<Delivery> OUTPUT_DELIVERY =
            ConfigOptions.key("output.delivery")
                    .enumType(Delivery.class)
                    .defaultValue(Delivery.EXACTLY_ONCE)
                    .withDescription(
                            "exactly-once: read_committed readers see each result once, after a checkpoint. at-least-once: results are seen at once, some twice after a failure.");

    public static final ConfigOption<Order> OUTPUT_ORDER =
            ConfigOptions.key("output.order")
                    .enumType(Order.class)
                    .defaultValue(Order.ORDERED)
                    .withDescription(
                            "ordered: results leave in the order of their partition's messages. unordered: as they are ready.");

    public static final ConfigOption<String> TRANSACTIONAL_ID_PREFIX =
            ConfigOptions.key("output.transactional-id-prefix")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Begins the names of the job's Kafka transactions: unique among all jobs of the Kafka cluster, and never changed over the life of the job. Required for exactly-once.");

    public static final ConfigOption<Duration> TRANSACTION_TIMEOUT =
            ConfigOptions.key("output.transaction-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(15))
                    .withDescription(
                            "How long the broker keeps an open transaction. What is written but not committed for longer is lost, so: at least checkpoint.timeout and the longer of checkpoint.interval and checkpoint.timeout, for two slow checkpoints one after the other; once more checkpoint.timeout for a savepoint between them; the longest outage to survive; and at most the broker's transaction.max.timeout.ms.");

    public static final ConfigOption<LostResults> LOST_RESULTS =
            ConfigOptions.key("output.lost-results")
                    .enumType(LostResults.class)
                    .defaultValue(LostResults.FAIL)
                    .withDescription(
                            "What to do when results of a completed checkpoint cannot be committed any more. fail: the job ends and says which messages' results are lost. report: the log says so at ERROR, the metrics lostTransactions and lostMessages count them, and the job goes on.");

    public static final ConfigOption<String> DEAD_LETTER_TOPIC =
            ConfigOptions.key("dead-letter.topic")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Topic for messages that cannot be read or classified, with the same guarantee as results. Required.");

    public static final ConfigOption<String> MODEL_PATH =
            ConfigOptions.key("model.path")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Folder of the model bundle, the same on every machine of the cluster. Required.");

    public static final ConfigOption<String> MODEL_FILE =
            ConfigOptions.key("model.file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The ONNX file to take, for a folder with several, such as onnx/model_fp16.onnx; named from model.path or from its folder onnx. Where not set, model.onnx, else onnx/model.onnx, else the only one there is.");

    public static final ConfigOption<String> MODEL_DIGEST =
            ConfigOptions.key("model.digest")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Digest that the bundle must have (sha256, 64 hex digits, as the log shows it at start and each result names it); the job ends where it finds another one. Where not set, the bundle that is there when the job is submitted: a restart after a failure takes no other one, a new submission does.");

    public static final ConfigOption<Integer> MAX_TOKENS_PER_TEXT =
            ConfigOptions.key("tokenize.max-tokens")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Tokens of a text, special ones included; longer texts are cut, and flagged. As many as the model takes where not set.");

    public static final ConfigOption<Integer> MAX_CHARACTERS =
            ConfigOptions.key("tokenize.max-characters")
                    .intType()
                    .defaultValue(TextTokenizer.DEFAULT_MAX_CHARACTERS)
                    .withDescription(
                            "Characters (UTF-16 units) of a text; longer texts are cut, and flagged, before they are tokenized, for the tokenizer does all its work before it cuts.");

    public static final ConfigOption<Integer> BATCH_MAX_TOKENS =
            ConfigOptions.key("batch.max-tokens")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Padded tokens (longest text times texts) of a run. 512 on the CPU and 16384 on CUDA where not set.");

    public static final ConfigOption<Integer> BATCH_MAX_ROWS =
            ConfigOptions.key("batch.max-rows")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Texts of a run. 512 where device.type is cuda and 64 elsewhere, if not set.");

    public static final ConfigOption<Integer> BATCH_MAX_PADDING_PER_TEXT =
            ConfigOptions.key("batch.max-padding-per-text")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Padded tokens by which one more text may enlarge a run beyond its own tokens; otherwise it waits for a later run. Where not set: 8 on the CPU, no limit on CUDA.");

    public static final ConfigOption<Duration> BATCH_LINGER =
            ConfigOptions.key("batch.linger")
                    .durationType()
                    .defaultValue(Duration.ZERO)
                    .withDescription(
                            "How long a free session waits for a fuller run. Of use on GPUs only.");

    public static final ConfigOption<Integer> BATCH_CAPACITY =
            ConfigOptions.key("batch.capacity")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Texts in flight for each slot, their messages in the heap; they are what a checkpoint stores. The more to choose from, the less padding. 2048 where not set, or 4 times batch.max-rows if that is more; at least 2 times.");

    public static final ConfigOption<Integer> BATCH_CACHE_TEXTS =
            ConfigOptions.key("batch.cache-texts")
                    .intType()
                    .defaultValue(0)
                    .withDescription(
                            "Answers to keep for each slot, the latest ones; a text with the same token ids as one of them, or as another one of its run, costs no run. 0 for none. An answer takes about 100 bytes, 4 a label, 4 a token and, with output.attention, 4 more a token.");

    public static final ConfigOption<Duration> BATCH_TIMEOUT =
            ConfigOptions.key("batch.timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "How long a text may wait for its result, queue included; batch.on-timeout says what becomes of it then. More than batch.capacity divided by the texts that a slot labels in a second, or a backlog times out: 2048 texts of 256 tokens are half a million tokens, of which a slot on the CPU does a few thousand a second.");

    public static final ConfigOption<Duration> BATCH_RUN_TIMEOUT =
            ConfigOptions.key("batch.run-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "How long a run of the model may take. One that takes longer is ended, and its texts are halved and run again until the one that hangs is alone; batch.on-timeout says what becomes of it, and the others are classified. That takes at most log2(rows) + 1 times this, rounded up, for each text that hangs, so batch.timeout must allow as much for a run of batch.max-rows. A run that does not end within 10 s of being told to fails the job.");

    public static final ConfigOption<OnTimeout> BATCH_ON_TIMEOUT =
            ConfigOptions.key("batch.on-timeout")
                    .enumType(OnTimeout.class)
                    .defaultValue(OnTimeout.DEAD_LETTER)
                    .withDescription(
                            "What becomes of a text that took longer than batch.timeout or, alone in a run, than batch.run-timeout. dead-letter: it goes to the dead letters with the reason TIMEOUT. fail: the job fails over and reads it again.");

    public static final ConfigOption<Duration> CHECKPOINT_INTERVAL =
            ConfigOptions.key("checkpoint.interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription(
                            "Time between checkpoints; with exactly-once, about how long results take to be seen.");

    public static final ConfigOption<Duration> CHECKPOINT_TIMEOUT =
            ConfigOptions.key("checkpoint.timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(5))
                    .withDescription("A checkpoint that takes longer has failed.");

    public static final ConfigOption<String> CHECKPOINT_DIRECTORY =
            ConfigOptions.key("checkpoint.directory")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Folder or URI that all machines reach, where checkpoints are kept. Flink's own setting where not set; 'labelstream run' then takes a folder of its own.");

    public static final ConfigOption<DeviceType> DEVICE_TYPE =
            ConfigOptions.key("device.type")
                    .enumType(DeviceType.class)
                    .defaultValue(DeviceType.AUTO)
                    .withDescription(
                            "cpu; cuda, which ends at start with the reason where it cannot be used; or auto, which takes CUDA where it can and says which it took.");

    public static final ConfigOption<Integer> DEVICE_THREADS =
            ConfigOptions.key("device.threads")
                    .intType()
                    .defaultValue(1)
                    .withDescription(
                            "Threads of one run on the CPU. More slots with one thread each do more work than one slot with many.");

    /** All options, in the order of the documentation. */
    public static final List<ConfigOption<?>> ALL =
            List.of(
                    JOB_NAME,
                    PARALLELISM,
                    BOOTSTRAP_SERVERS,
                    INPUT_TOPICS,
                    INPUT_TOPIC_PATTERN,
                    INPUT_GROUP_ID,
                    INPUT_START,
                    INPUT_START_TIMESTAMP,
                    MISSING_MESSAGES,
                    RecordOptions.INPUT_FORMAT,
                    RecordOptions.INPUT_TEXT_FIELD,
                    RecordOptions.INPUT_TEXT_TEMPLATE,
                    RecordOptions.INPUT_TEXT_PAIR_FIELD,
                    RecordOptions.INPUT_DUPLICATE_KEYS,
                    RecordOptions.INPUT_AVRO_SCHEMA,
                    RecordOptions.INPUT_MAX_BYTES,
                    RecordOptions.INPUT_TOMBSTONES,
                    RecordOptions.INPUT_EMPTY_TEXTS,
                    RecordOptions.INPUT_LONG_TEXTS,
                    OUTPUT_TOPIC,
                    RecordOptions.OUTPUT_FORMAT,
                    RecordOptions.OUTPUT_ENRICH_FIELD,
                    RecordOptions.OUTPUT_EXISTING_FIELD,
                    OUTPUT_DELIVERY,
                    OUTPUT_ORDER,
                    RecordOptions.OUTPUT_KEEP_PARTITION,
                    TRANSACTIONAL_ID_PREFIX,
                    TRANSACTION_TIMEOUT,
                    LOST_RESULTS,
                    RecordOptions.OUTPUT_MAX_BYTES,
                    RecordOptions.OUTPUT_BAD_TIMESTAMPS,
                    RecordOptions.OUTPUT_TIMESTAMP_MAX_AHEAD,
                    RecordOptions.OUTPUT_TIMESTAMP_MAX_BEHIND,
                    RecordOptions.OUTPUT_TOP_K,
                    RecordOptions.OUTPUT_ATTENTION,
                    RecordOptions.OUTPUT_ATTENTION_WORDS,
                    DEAD_LETTER_TOPIC,
                    RecordOptions.DEAD_LETTER_PAYLOAD,
                    RecordOptions.REGISTRY_URL,
                    RecordOptions.REGISTRY_USERNAME,
                    RecordOptions.REGISTRY_PASSWORD,
                    RecordOptions.REGISTRY_TIMEOUT,
                    RecordOptions.REGISTRY_AUTO_REGISTER,
                    RecordOptions.REGISTRY_SUBJECT,
                    MODEL_PATH,
                    MODEL_FILE,
                    MODEL_DIGEST,
                    MAX_TOKENS_PER_TEXT,
                    MAX_CHARACTERS,
                    BATCH_MAX_TOKENS,
                    BATCH_MAX_ROWS,
                    BATCH_MAX_PADDING_PER_TEXT,
                    BATCH_LINGER,
                    BATCH_CAPACITY,
                    BATCH_CACHE_TEXTS,
                    BATCH_TIMEOUT,
                    BATCH_RUN_TIMEOUT,
                    BATCH_ON_TIMEOUT,
                    CHECKPOINT_INTERVAL,
                    CHECKPOINT_TIMEOUT,
                    CHECKPOINT_DIRECTORY,
                    DEVICE_TYPE,
                    DEVICE_THREADS);

    /** Those that must be at least 1. */
    static final List<ConfigOption<Integer>> NUMBERS =
            List.of(
                    PARALLELISM,
                    RecordOptions.INPUT_MAX_BYTES,
                    RecordOptions.OUTPUT_MAX_BYTES,
                    RecordOptions.OUTPUT_ATTENTION_WORDS,
                    MAX_TOKENS_PER_TEXT,
                    MAX_CHARACTERS,
                    BATCH_MAX_TOKENS,
                    BATCH_MAX_ROWS,
                    BATCH_MAX_PADDING_PER_TEXT,
                    BATCH_CAPACITY,
                    DEVICE_THREADS);

    private JobOptions() {}

    /** A choice as it is written in a configuration. */
    static String written(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
