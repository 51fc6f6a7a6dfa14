package io.labelstream.streaming;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Properties of the Kafka clients, as they were given under {@code kafka.}, {@code kafka.source.}
 * and {@code kafka.sink.}.
 */
final class KafkaSettings {

    private static final String BUFFER = "buffer.memory";
    private static final int KAFKAS_OWN_BUFFER = 32 * 1024 * 1024;
    private static final String DISALLOWED_MODULES = "jndiloginmodule|ldaploginmodule";

    /** What the job sets itself, with the setting to use instead. */
    private static final Map<String, String> OWNED =
            Map.ofEntries(
                    Map.entry("group.id", "input.group-id"),
                    Map.entry("auto.offset.reset", "input.start"),
                    Map.entry("enable.auto.commit", "checkpoints, which commit offsets"),
                    Map.entry("transactional.id", "output.transactional-id-prefix"),
                    Map.entry("transaction.timeout.ms", "output.transaction-timeout"),
                    Map.entry("enable.idempotence", "output.delivery"),
                    Map.entry("acks", "output.delivery"),
                    Map.entry("max.request.size", "output.max-bytes"),
                    Map.entry("key.deserializer", "input.format"),
                    Map.entry("value.deserializer", "input.format"),
                    Map.entry("key.serializer", "output.format"),
                    Map.entry("value.serializer", "output.format"));

    private final Map<String, String> common = new TreeMap<>();
    private final Map<String, String> source = new TreeMap<>();
    private final Map<String, String> sink = new TreeMap<>();

    /**
     * Takes the Kafka settings out of all settings.
     *
     * @throws ConfigException for a property that the job owns, or that could run foreign code or
     *     read foreign files
     */
    KafkaSettings(Map<String, String> settings) {
        settings.forEach(
                (key, value) -> {
                    if (key.startsWith(JobOptions.KAFKA_SOURCE_PREFIX)) {
                        put(source, key, JobOptions.KAFKA_SOURCE_PREFIX, value);
                    } else if (key.startsWith(JobOptions.KAFKA_SINK_PREFIX)) {
                        put(sink, key, JobOptions.KAFKA_SINK_PREFIX, value);
                    } else if (key.startsWith(JobOptions.KAFKA_PREFIX)) {
                        put(common, key, JobOptions.KAFKA_PREFIX, value);
                    }
                });
    }

    private static void put(Map<String, String> side, String key, String prefix, String value) {
        String property = key.substring(prefix.length());
        if (OWNED.containsKey(property)) {
            throw new ConfigException(
                    "Setting %s is the job's own. Use %s instead."
                            .formatted(key, OWNED.get(property)));
        }
        if (property.startsWith("config.providers")) {
            throw new ConfigException(
                    "Setting %s is not allowed. Use ${env:NAME} or ${file:PATH} in a value instead."
                            .formatted(key));
        }
        if (property.endsWith("sasl.jaas.config")
                && value.toLowerCase(Locale.ROOT).matches("(?s).*(" + DISALLOWED_MODULES + ").*")) {
            throw new ConfigException(
                    "Setting %s names a login module that can load foreign code. Use another one."
                            .formatted(key));
        }
        if (property.matches("sasl\\.oauthbearer\\..*url")
                && value.strip().toLowerCase(Locale.ROOT).startsWith("file:")) {
            throw new ConfigException(
                    "Setting %s is a file: URL, by which a client could be made to read any file. Use an https: one."
                            .formatted(key));
        }
        side.put(property, value);
    }

    Properties source() {
        Properties properties = properties(source);
        properties.putIfAbsent("isolation.level", "read_committed");
        return properties;
    }

    /**
     * @param exactlyOnce results are seen when a checkpoint commits them, so they may wait a little
     *     for others: a request each would be work for nothing
     * @param maxBytes of a record
     */
    Properties sink(boolean exactlyOnce, int maxBytes) {
        Properties properties = properties(sink);
        properties.put("max.request.size", Integer.toString(maxBytes));
        // Said outright, settings that do not go with it are refused; else they turn it off.
        properties.putIfAbsent("enable.idempotence", "true");
        if (maxBytes > KAFKAS_OWN_BUFFER) {
            properties.putIfAbsent(BUFFER, Integer.toString(maxBytes));
        }
        if (exactlyOnce) {
            properties.putIfAbsent("linger.ms", "100");
            properties.putIfAbsent("batch.size", Integer.toString(128 * 1024));
        }
        return properties;
    }

    /**
     * Checks that a record has room where the producer collects them, or it could never be sent.
     *
     * @param maxBytes of a record
     * @throws ConfigException if it has none
     */
    void checkBuffer(int maxBytes) {
        String buffer = sink.getOrDefault(BUFFER, common.get(BUFFER));
        if (buffer != null && buffer.matches("\\d{1,18}") && Long.parseLong(buffer) < maxBytes) {
            throw new ConfigException(
                    "Setting kafka.sink.%s is %s; expected at least output.max-bytes, %d."
                            .formatted(BUFFER, buffer, maxBytes));
        }
    }

    String bootstrapServers() {
        return common.getOrDefault("bootstrap.servers", "");
    }

    private Properties properties(Map<String, String> side) {
        Properties properties = new Properties();
        properties.putAll(common);
        properties.putAll(side);
        return properties;
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return "KafkaSettings" + Set.copyOf(common.keySet());
    }
}
