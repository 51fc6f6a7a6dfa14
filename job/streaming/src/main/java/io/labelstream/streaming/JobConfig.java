package io.labelstream.streaming;

import static io.labelstream.streaming.JobOptions.FLINK_PREFIX;
import static io.labelstream.streaming.JobOptions.KAFKA_PREFIX;

import io.labelstream.inference.DeviceType;
import io.labelstream.operators.ClassifierSettings;
import io.labelstream.serde.DeadLetterSettings;
import io.labelstream.serde.InputSettings;
import io.labelstream.serde.OutputSettings;
import io.labelstream.serde.Tombstones;
import io.labelstream.streaming.JobOptions.Delivery;
import io.labelstream.streaming.JobOptions.Start;
import io.labelstream.streaming.commit.LostResults;
import io.labelstream.streaming.source.MissingMessages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.util.TimeUtils;

/**
 * All settings of a job, validated once; nothing is read later. See {@link JobOptions} for what
 * each one means.
 */
public final class JobConfig {

    private static final int ROWS_ON_CPU = 64;
    private static final int ROWS_ON_CUDA = 512;

    /** Enough to choose runs of hardly any padding from, few enough for a small checkpoint. */
    private static final int USUAL_CAPACITY = 2048;

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration HEALTHY_AGAIN = Duration.ofMinutes(2);

    private static final int MAX_PREFIX_BYTES = 60_000;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private static final Map<String, String> OWNED_FLINK_KEYS =
            Map.of(
                    "execution.checkpointing.mode", "output.delivery",
                    "execution.checkpointing.interval", "checkpoint.interval",
                    "execution.checkpointing.timeout", "checkpoint.timeout",
                    "execution.checkpointing.min-pause", "checkpoint.interval",
                    "execution.checkpointing.tolerable-failed-checkpoints", "checkpoint.timeout",
                    "execution.checkpointing.max-concurrent-checkpoints", "checkpoint.interval");

    private final Configuration options;
    private final KafkaSettings kafka;
    private final Map<String, String> flink;
    private final RecordSettings records;

    private JobConfig(Map<String, String> own, KafkaSettings kafka, Map<String, String> flink) {
        Map<String, String> readable = new TreeMap<>(own);
        readable.replaceAll(JobConfig::asFlinkReadsIt);
        this.options = Configuration.fromMap(readable);
        this.kafka = kafka;
        this.flink = flink;
        JobOptions.ALL.forEach(option -> parse(option, own.get(option.key())));
        this.records = new RecordSettings(options, outputTopic());
    }

    /**
     * Reads a YAML file.
     *
     * @param overrides settings that win over the file's; given as arguments, so no secret among
     *     them
     * @throws ConfigException if a setting is missing, unknown or wrong
     */
    public static JobConfig read(Path file, Map<String, String> overrides) {
        overrides.forEach(JobConfig::checkNoSecret);
        Map<String, String> settings = SettingsFile.read(file);
        settings.putAll(overrides);
        return of(settings);
    }

    /**
     * Validates settings.
     *
     * @param settings value by dotted key; may hold references to environment variables and files
     * @throws ConfigException if a setting is missing, unknown or wrong
     */
    public static JobConfig of(Map<String, String> settings) {
        Map<String, String> resolved = new TreeMap<>();
        settings.forEach(
                (key, value) -> resolved.put(key, References.resolve(key, value, System.getenv())));
        Map<String, String> flink = new TreeMap<>();
        Map<String, String> own = new TreeMap<>();
        resolved.forEach(
                (key, value) -> {
                    if (key.startsWith(FLINK_PREFIX)) {
                        flink.put(key.substring(FLINK_PREFIX.length()), value);
                    } else if (!key.startsWith(KAFKA_PREFIX)
                            || key.equals(JobOptions.BOOTSTRAP_SERVERS.key())) {
                        own.put(key, value);
                    }
                });
        own.keySet().forEach(JobConfig::checkKnown);
        flink.keySet().forEach(JobConfig::checkNotOwned);
        JobConfig config = new JobConfig(own, new KafkaSettings(resolved), flink);
        config.validate();
        return config;
    }

    /** Other users of the machine see a process's arguments, and Flink's web UI a job's. */
    private static void checkNoSecret(String key, String value) {
        if (SecretNames.contain(key) && !References.isReference(value)) {
            throw new ConfigException(
                    "Setting %s is a secret, and arguments are seen by others. Give ${file:PATH} or ${env:NAME} in its place, or set it in the file."
                            .formatted(key));
        }
    }

    private static void checkKnown(String key) {
        List<String> known = JobOptions.ALL.stream().map(ConfigOption::key).toList();
        if (!known.contains(key)) {
            String section = key.substring(0, key.indexOf('.') + 1);
            List<String> near = known.stream().filter(k -> k.startsWith(section)).toList();
            throw new ConfigException(
                    "Setting %s is not known. Known are %s, kafka.* and flink.*; docs/CONFIGURATION.md says what they do."
                            .formatted(key, near.isEmpty() ? known : near));
        }
    }

    /** Choices are written with dashes, as keys are; Flink knows the names of constants. */
    private static String asFlinkReadsIt(String key, String value) {
        boolean choice =
                JobOptions.ALL.stream()
                        .filter(option -> option.key().equals(key))
                        .anyMatch(option -> option.defaultValue() instanceof Enum<?>);
        return choice ? value.replace('-', '_') : value;
    }

    /** What the guarantee was checked against must be what Flink does. */
    private static void checkNotOwned(String key) {
        if (OWNED_FLINK_KEYS.containsKey(key)) {
            throw new ConfigException(
                    "Setting flink.%s is the job's own. Use %s instead."
                            .formatted(key, OWNED_FLINK_KEYS.get(key)));
        }
    }

    private void validate() {
        require(JobOptions.BOOTSTRAP_SERVERS);
        require(JobOptions.OUTPUT_TOPIC);
        require(JobOptions.DEAD_LETTER_TOPIC);
        require(JobOptions.MODEL_PATH);
        boolean topics = options.contains(JobOptions.INPUT_TOPICS);
        if (topics && (inputTopics().isEmpty() || inputTopics().contains(""))) {
            throw new ConfigException(
                    "Setting input.topics is empty, or one of its topics is. Name the topics to read.");
        }
        if (topics == options.contains(JobOptions.INPUT_TOPIC_PATTERN)) {
            throw new ConfigException(
                    topics
                            ? "Settings input.topics and input.topic-pattern are both set. Keep one."
                            : "Setting input.topics is missing. Name the topics to read, or set input.topic-pattern.");
        }
        inputTopicPattern();
        if (get(JobOptions.INPUT_START) == Start.TIMESTAMP) {
            require(JobOptions.INPUT_START_TIMESTAMP);
        }
        checkLoop();
        for (ConfigOption<Integer> option : JobOptions.NUMBERS) {
            Integer value = options.get(option);
            if (value != null && value < 1) {
                throw new ConfigException(
                        "Setting %s is %d; expected at least 1.".formatted(option.key(), value));
            }
        }
        for (ConfigOption<Duration> option :
                List.of(
                        JobOptions.BATCH_TIMEOUT,
                        JobOptions.BATCH_RUN_TIMEOUT,
                        JobOptions.CHECKPOINT_INTERVAL,
                        JobOptions.CHECKPOINT_TIMEOUT,
                        JobOptions.TRANSACTION_TIMEOUT)) {
            if (get(option).toMillis() < 1) {
                throw new ConfigException(
                        "Setting %s is %s; expected a duration above 0, such as '10 s'."
                                .formatted(option.key(), get(option)));
            }
        }
        if (get(JobOptions.BATCH_CACHE_TEXTS) < 0) {
            throw new ConfigException(
                    "Setting batch.cache-texts is %d; expected at least 0, which is no cache."
                            .formatted(get(JobOptions.BATCH_CACHE_TEXTS)));
        }
        checkRunTimeout();
        if (!modelDigest().isEmpty() && !SHA256.matcher(modelDigest()).matches()) {
            throw new ConfigException(
                    "Setting model.digest is %s; expected 64 hex digits in lower case, as the log shows them at start."
                            .formatted(modelDigest()));
        }
        if (capacity() < 2 * maxRows()) {
            throw new ConfigException(
                    "Setting batch.capacity is %d; expected at least %d, 2 times batch.max-rows, or runs can never fill while one is under way."
                            .formatted(capacity(), 2 * maxRows()));
        }
        if (input().tombstones() == Tombstones.PASS && !ordered()) {
            throw new ConfigException(
                    "Setting input.tombstones is pass, but output.order is unordered: a tombstone could overtake the result that it is to delete. Set output.order to ordered, or input.tombstones to dead-letter or skip.");
        }
        kafka.checkBuffer(output().maxBytes());
        boolean asksRegistry = input().registry() != null || output().registry() != null;
        if (asksRegistry
                && get(RecordOptions.REGISTRY_TIMEOUT).compareTo(checkpointTimeout()) >= 0) {
            throw new ConfigException(
                    "Setting schema-registry.timeout is %d s; expected less than checkpoint.timeout, %d s, as no checkpoint can complete while a message waits for its schema."
                            .formatted(
                                    get(RecordOptions.REGISTRY_TIMEOUT).toSeconds(),
                                    checkpointTimeout().toSeconds()));
        }
        if (exactlyOnce()) {
            checkTransactions();
        }
    }

    /** Halving a run of the most rows until one is left must not take the others too long. */
    private void checkRunTimeout() {
        int runs = 1;
        for (int rows = maxRows(); rows > 1; rows -= rows / 2) {
            runs++;
        }
        Duration search = get(JobOptions.BATCH_RUN_TIMEOUT).multipliedBy(runs);
        if (batchTimeout().compareTo(search) < 0) {
            throw new ConfigException(
                    "Setting batch.timeout is %s; expected at least %s, %d times batch.run-timeout: so long it may take to find a text that hangs among batch.max-rows (%d), and the others wait for it. Raise batch.timeout or lower one of the other two."
                            .formatted(
                                    TimeUtils.formatWithHighestUnit(batchTimeout()),
                                    TimeUtils.formatWithHighestUnit(search),
                                    runs,
                                    maxRows()));
        }
    }

    private void checkTransactions() {
        require(JobOptions.TRANSACTIONAL_ID_PREFIX);
        if (transactionalIdPrefix().length() > MAX_PREFIX_BYTES) {
            throw new ConfigException(
                    "Setting output.transactional-id-prefix is too long; expected at most %d characters."
                            .formatted(MAX_PREFIX_BYTES));
        }
        // A transaction begins with one checkpoint, and is committed when the next is complete.
        Duration longest =
                checkpointInterval().compareTo(checkpointTimeout()) > 0
                        ? checkpointInterval()
                        : checkpointTimeout();
        Duration open = longest.plus(checkpointTimeout());
        if (transactionTimeout().compareTo(open) < 0) {
            throw new ConfigException(
                    "Setting output.transaction-timeout is %d s; expected at least %d s, checkpoint.timeout and the longer of checkpoint.interval and checkpoint.timeout, or results of slow checkpoints are lost. Raise it, or lower checkpoint.timeout."
                            .formatted(transactionTimeout().toSeconds(), open.toSeconds()));
        }
    }

    private void checkLoop() {
        for (ConfigOption<String> option :
                List.of(JobOptions.OUTPUT_TOPIC, JobOptions.DEAD_LETTER_TOPIC)) {
            String topic = get(option);
            boolean read =
                    inputTopics().contains(topic)
                            || (inputTopicPattern() != null
                                    && inputTopicPattern().matcher(topic).matches());
            if (read) {
                throw new ConfigException(
                        "Setting %s is %s, which is an input too: the job would read what it writes. Choose another topic."
                                .formatted(option.key(), topic));
            }
        }
        if (outputTopic().equals(deadLetterTopic())) {
            throw new ConfigException(
                    "Settings output.topic and dead-letter.topic are both %s. Choose two topics."
                            .formatted(outputTopic()));
        }
    }

    private void parse(ConfigOption<?> option, String written) {
        try {
            options.get(option);
        } catch (IllegalArgumentException e) {
            String why =
                    option.defaultValue() instanceof Enum<?> choice
                            ? "expected one of " + choices(choice)
                            : RootCause.message(e);
            throw new ConfigException(
                    "Setting %s: '%s' cannot be read: %s".formatted(option.key(), written, why), e);
        }
    }

    private static String choices(Enum<?> choice) {
        return Arrays.stream(choice.getDeclaringClass().getEnumConstants())
                .map(JobOptions::written)
                .collect(Collectors.joining(", "));
    }

    private void require(ConfigOption<?> option) {
        if (!options.contains(option) || options.toMap().get(option.key()).isBlank()) {
            throw new ConfigException("Setting %s is missing.".formatted(option.key()));
        }
    }

    private <T> T get(ConfigOption<T> option) {
        return options.get(option);
    }

    public String name() {
        return get(JobOptions.JOB_NAME);
    }

    public String bootstrapServers() {
        return get(JobOptions.BOOTSTRAP_SERVERS);
    }

    /** Empty where {@link #inputTopicPattern} is set. */
    public List<String> inputTopics() {
        return options.getOptional(JobOptions.INPUT_TOPICS).orElse(List.of());
    }

    /** Null where {@link #inputTopics} is set. */
    public Pattern inputTopicPattern() {
        String pattern = get(JobOptions.INPUT_TOPIC_PATTERN);
        try {
            return pattern == null ? null : Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new ConfigException(
                    "Setting input.topic-pattern is no regular expression: %s at index %d."
                            .formatted(e.getDescription(), e.getIndex()),
                    e);
        }
    }

    /** Where the first start begins. */
    public Start inputStart() {
        return get(JobOptions.INPUT_START);
    }

    MissingMessages missingMessages() {
        return get(JobOptions.MISSING_MESSAGES);
    }

    /** The consumer group under which progress is committed. */
    public String groupId() {
        return get(JobOptions.INPUT_GROUP_ID);
    }

    public String outputTopic() {
        return get(JobOptions.OUTPUT_TOPIC);
    }

    public String deadLetterTopic() {
        return get(JobOptions.DEAD_LETTER_TOPIC);
    }

    public boolean exactlyOnce() {
        return get(JobOptions.OUTPUT_DELIVERY) == Delivery.EXACTLY_ONCE;
    }

    public String transactionalIdPrefix() {
        return get(JobOptions.TRANSACTIONAL_ID_PREFIX);
    }

    public Duration transactionTimeout() {
        return get(JobOptions.TRANSACTION_TIMEOUT);
    }

    LostResults lostResults() {
        return get(JobOptions.LOST_RESULTS);
    }

    public Duration checkpointInterval() {
        return get(JobOptions.CHECKPOINT_INTERVAL);
    }

    public Duration checkpointTimeout() {
        return get(JobOptions.CHECKPOINT_TIMEOUT);
    }

    /** Null where Flink's own setting counts. */
    public String checkpointDirectory() {
        return get(JobOptions.CHECKPOINT_DIRECTORY);
    }

    /** Folder of the model bundle, absolute. */
    public Path modelPath() {
        return Path.of(get(JobOptions.MODEL_PATH)).toAbsolutePath().normalize();
    }

    /** The ONNX file in {@link #modelPath}; empty for the usual one. */
    public String modelFile() {
        return options.getOptional(JobOptions.MODEL_FILE).orElse("");
    }

    /** Empty where any bundle will do. */
    private String modelDigest() {
        return options.getOptional(JobOptions.MODEL_DIGEST).orElse("");
    }

    /** Where the model is to run. */
    public DeviceType device() {
        return get(JobOptions.DEVICE_TYPE);
    }

    /** Threads of one run on the CPU. */
    public int threads() {
        return get(JobOptions.DEVICE_THREADS);
    }

    /** Null where Flink's own setting counts. */
    public Integer parallelism() {
        return get(JobOptions.PARALLELISM);
    }

    Configuration options() {
        return options;
    }

    KafkaSettings kafka() {
        return kafka;
    }

    /** Whether a result goes to the partition that its message has in the input. */
    public boolean keepsPartition() {
        return output().keepPartition();
    }

    /** How messages are read. */
    public InputSettings input() {
        return records.input();
    }

    /** How results are written. */
    public OutputSettings output() {
        return records.output();
    }

    DeadLetterSettings deadLetters() {
        return records.deadLetters(deadLetterTopic());
    }

    /** Of a client that reads this job's topics, committed messages only. May hold secrets. */
    public Properties consumerProperties() {
        return kafka.source();
    }

    /** Of a client that writes to this job's topics. May hold secrets. */
    public Properties producerProperties() {
        return kafka.sink(exactlyOnce(), output().maxBytes());
    }

    boolean ordered() {
        return get(JobOptions.OUTPUT_ORDER) == JobOptions.Order.ORDERED;
    }

    Duration batchTimeout() {
        return get(JobOptions.BATCH_TIMEOUT);
    }

    int maxRows() {
        int byDevice = get(JobOptions.DEVICE_TYPE) == DeviceType.CUDA ? ROWS_ON_CUDA : ROWS_ON_CPU;
        return options.getOptional(JobOptions.BATCH_MAX_ROWS).orElse(byDevice);
    }

    /** Texts in flight for each slot: enough to choose a run from while another is under way. */
    public int capacity() {
        return options.getOptional(JobOptions.BATCH_CAPACITY)
                .orElse(Math.max(USUAL_CAPACITY, 4 * maxRows()));
    }

    ClassifierSettings classifier() {
        return new ClassifierSettings(
                modelPath().toString(),
                modelFile(),
                modelDigest(),
                input(),
                output(),
                options.getOptional(JobOptions.MAX_TOKENS_PER_TEXT).orElse(0),
                get(JobOptions.MAX_CHARACTERS),
                records.topK(),
                get(RecordOptions.OUTPUT_ATTENTION),
                options.getOptional(RecordOptions.OUTPUT_ATTENTION_WORDS).orElse(0),
                options.getOptional(JobOptions.BATCH_MAX_TOKENS).orElse(0),
                maxRows(),
                options.getOptional(JobOptions.BATCH_MAX_PADDING_PER_TEXT).orElse(0),
                get(JobOptions.BATCH_CACHE_TEXTS),
                get(JobOptions.BATCH_LINGER),
                batchTimeout(),
                get(JobOptions.BATCH_RUN_TIMEOUT),
                get(JobOptions.BATCH_ON_TIMEOUT),
                get(JobOptions.DEVICE_TYPE),
                get(JobOptions.DEVICE_THREADS));
    }

    /** What the job asks of Flink. Settings under {@code flink.} win. Holds no secrets. */
    public Configuration flinkConfiguration() {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.NAME, name());
        // A type that fell to a generic serializer is an error, never a slow surprise.
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        // Records are immutable, so operators may share them.
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        if (parallelism() != null) {
            configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism());
        }
        configuration.set(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.EXACTLY_ONCE);
        configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 0);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval());
        configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, checkpointTimeout());
        configuration.set(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 1);
        // A cluster's own would make transactions stay open for longer than was reckoned with.
        configuration.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, Duration.ZERO);
        configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3);
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        if (checkpointDirectory() != null) {
            configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
            configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpointUri());
        }
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY,
                RestartStrategyOptions.RestartStrategyType.EXPONENTIAL_DELAY.getMainValue());
        // Flink's own would let several failures within an hour delay the next start by a minute.
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                LONGEST_BACKOFF);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                HEALTHY_AGAIN);
        flink.forEach(configuration::setString);
        return configuration;
    }

    private String checkpointUri() {
        String directory = checkpointDirectory();
        return directory.contains(":/")
                ? directory
                : Path.of(directory).toAbsolutePath().normalize().toUri().toString();
    }

    @Override
    public String toString() {
        return "JobConfig[" + name() + ", " + options.keySet() + ", " + kafka + "]";
    }
}
