package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import java.time.Duration;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The client of one side of the job, as its settings make it. Source and sink may have logins of
 * their own, and even clusters.
 *
 * @param name {@code source} or {@code sink}
 * @param properties of the client; may hold secrets
 */
record KafkaSide(String name, Properties properties) {

    private static final String SERVERS = "bootstrap.servers";
    private static final Pattern NAMED = Pattern.compile("configuration ([A-Za-z0-9._-]+)");

    static KafkaSide source(JobConfig config) {
        return new KafkaSide("source", config.consumerProperties());
    }

    static KafkaSide sink(JobConfig config) {
        return new KafkaSide("sink", config.producerProperties());
    }

    String servers() {
        return properties.getProperty(SERVERS);
    }

    /** Makes the client as a task of the job will, and lets it go: nothing is read or written. */
    Verdict makeClient() {
        try {
            if (name.equals("source")) {
                new KafkaConsumer<>(
                                properties,
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer())
                        .close();
            } else {
                new KafkaProducer<>(
                                properties, new ByteArraySerializer(), new ByteArraySerializer())
                        .close(Duration.ZERO);
            }
        } catch (KafkaException e) {
            throw cannotBeMade(e);
        }
        return Verdict.ok(
                "the client can be made with %d properties.".formatted(properties.size()));
    }

    /**
     * A complaint about a login quotes it, password and all: then it is left out, cause included.
     */
    PreflightException cannotBeMade(KafkaException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = String.valueOf(root.getMessage());
        Matcher setting = NAMED.matcher(reason);
        boolean harmless = setting.find() ? !isSecret(setting.group(1)) : !hasLogin();
        return new PreflightException(
                "Kafka at %s: the client cannot be made: %s. Check kafka.bootstrap.servers (host:port) and the other settings under kafka. and kafka.%s."
                        .formatted(
                                servers(),
                                harmless
                                        ? reason.replaceFirst("\\.$", "")
                                        : "%s; what it says is left out, as it may quote kafka.sasl.jaas.config or a password"
                                                .formatted(e.getClass().getSimpleName()),
                                name),
                harmless ? e : null);
    }

    private boolean hasLogin() {
        return properties.stringPropertyNames().stream().anyMatch(KafkaSide::isSecret);
    }

    private static boolean isSecret(String property) {
        return property.contains("jaas")
                || property.contains("password")
                || property.contains("secret")
                || property.contains("ssl.keystore.key");
    }

    /** Values may be secrets. */
    @Override
    public String toString() {
        return "KafkaSide[" + name + "]";
    }
}
