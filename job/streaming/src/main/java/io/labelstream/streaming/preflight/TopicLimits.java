package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.RecordOptions;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;

/**
 * Whether a topic takes all that the job may write to it: one record that the broker refuses would
 * fail the job again after each restart.
 */
final class TopicLimits {

    private static final String MAX_BYTES = "max.message.bytes";
    private static final String COMPRESSION = "compression.type";

    /** Headers and block lengths of a compressed batch that came out no smaller. */
    private static final int COMPRESSION_FRAME = 1024;

    private static final String TIMESTAMP_TYPE = "message.timestamp.type";
    private static final String AFTER = "message.timestamp.after.max.ms";
    private static final String BEFORE = "message.timestamp.before.max.ms";

    private TopicLimits() {}

    /**
     * Checks a topic of the output or of the dead letters.
     *
     * @param found the topic's settings, as the broker gives them
     * @throws PreflightException if it takes less than the job's settings promise
     */
    static void check(String topic, Config found, JobConfig config) {
        int maxBytes = config.output().maxBytes();
        if (limit(found, MAX_BYTES) < maxBytes) {
            throw refused(
                    config,
                    topic,
                    RecordOptions.OUTPUT_MAX_BYTES.key() + " is " + maxBytes,
                    found,
                    MAX_BYTES);
        }
        if (isCompressed(found, config)
                && limit(found, MAX_BYTES) < maxBytes + maxBytes / 256 + COMPRESSION_FRAME) {
            throw refused(
                    config,
                    topic,
                    "%s is %d, and what cannot be compressed grows a little by it"
                            .formatted(RecordOptions.OUTPUT_MAX_BYTES.key(), maxBytes),
                    found,
                    MAX_BYTES);
        }
        ConfigEntry type = found.get(TIMESTAMP_TYPE);
        if (type != null && "LogAppendTime".equals(type.value())) {
            return;
        }
        Duration ahead = config.output().maxAhead();
        if (limit(found, AFTER) < ahead.toMillis()) {
            throw refused(
                    config,
                    topic,
                    "%s is %d ms"
                            .formatted(
                                    RecordOptions.OUTPUT_TIMESTAMP_MAX_AHEAD.key(),
                                    ahead.toMillis()),
                    found,
                    AFTER);
        }
        Duration behind = config.output().maxBehind();
        long before = limit(found, BEFORE);
        if (before != Long.MAX_VALUE && (behind == null || before <= behind.toMillis())) {
            throw refused(
                    config,
                    topic,
                    "%s is %s"
                            .formatted(
                                    RecordOptions.OUTPUT_TIMESTAMP_MAX_BEHIND.key(),
                                    behind == null ? "not set" : behind.toMillis() + " ms"),
                    found,
                    BEFORE);
        }
    }

    private static boolean isCompressed(Config found, JobConfig config) {
        ConfigEntry topics = found.get(COMPRESSION);
        boolean byTopic =
                topics != null && !Set.of("producer", "uncompressed").contains(topics.value());
        return byTopic
                || !"none".equals(config.producerProperties().getProperty(COMPRESSION, "none"));
    }

    /** No limit where the broker is too old to know the setting. */
    private static long limit(Config found, String name) {
        ConfigEntry entry = found.get(name);
        return entry == null || entry.value() == null
                ? Long.MAX_VALUE
                : Long.parseLong(entry.value());
    }

    private static PreflightException refused(
            JobConfig config, String topic, String setting, Config found, String limit) {
        return new PreflightException(
                "Kafka at %s: %s, but topic %s has %s %s. Lower the one or raise the other."
                        .formatted(
                                config.bootstrapServers(),
                                setting,
                                topic,
                                limit,
                                found.get(limit).value()));
    }
}
