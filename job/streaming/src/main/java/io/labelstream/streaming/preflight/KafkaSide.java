package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.SecretNames;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The client of one side of the job, as its settings make it. Source and sink may have logins of
 * their own, and even clusters.
 *
 * @param name {@code source} or {@code sink}
 * @param properties of the client; may hold secrets
 * @param transactional whether it writes in transactions
 */
record KafkaSide(String name, Properties properties, boolean transactional) {

    private static final String SERVERS = "bootstrap.servers";
    private static final Pattern NAMED = Pattern.compile("configuration ([A-Za-z0-9._-]+)");

    static KafkaSide source(JobConfig config) {
        return new KafkaSide("source", config.consumerProperties(), false);
    }

    static KafkaSide sink(JobConfig config) {
        return new KafkaSide("sink", config.producerProperties(), config.exactlyOnce());
    }

    String servers() {
        return properties.getProperty(SERVERS);
    }

    /**
     * Reads the properties as the client will: else a task of the job would be the first to do so.
     *
     * @throws PreflightException if one of them is wrong
     */
    Verdict checkProperties() {
        Properties all = new Properties();
        all.putAll(properties);
        try {
            if (name.equals("source")) {
                all.put("key.deserializer", ByteArrayDeserializer.class.getName());
                all.put("value.deserializer", ByteArrayDeserializer.class.getName());
                new ConsumerConfig(all);
            } else {
                all.put("key.serializer", ByteArraySerializer.class.getName());
                all.put("value.serializer", ByteArraySerializer.class.getName());
                if (transactional) {
                    all.put("transactional.id", "any");
                    all.put("transaction.timeout.ms", "60000");
                }
                new ProducerConfig(all);
            }
        } catch (KafkaException e) {
            throw cannotBeMade(e);
        }
        return Verdict.ok("%d properties can be read.".formatted(properties.size()));
    }

    /** A complaint about a login quotes it: then it is left out, cause included. */
    PreflightException cannotBeMade(KafkaException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = String.valueOf(root.getMessage());
        Matcher setting = NAMED.matcher(reason);
        boolean harmless = setting.find() ? !SecretNames.contain(setting.group(1)) : !hasLogin();
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
        return properties.stringPropertyNames().stream().anyMatch(SecretNames::contain);
    }

    /** Values may be secrets. */
    @Override
    public String toString() {
        return "KafkaSide[" + name + "]";
    }
}
