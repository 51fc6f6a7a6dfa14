package io.labelstream.streaming;

import io.labelstream.avro.LabelledEvent;
import io.labelstream.serde.RegistrySettings;
import io.labelstream.serde.registry.SchemaRegistry;
import io.labelstream.serde.registry.SchemaRegistryException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Looks at the world before the job starts, so that what cannot work fails at once and says why.
 */
public final class Preflight {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String MAX_TIMEOUT = "transaction.max.timeout.ms";

    private Preflight() {}

    /**
     * Checks that the schema registry answers, where one is needed, and has or takes the schema of
     * results; that the brokers answer, that the topics are there and that the brokers allow the
     * transactions the job wants. Gives up after about ten seconds without an answer.
     *
     * @throws PreflightException if something is not as it must be
     */
    public static void check(JobConfig config) {
        checkRegistry(config);
        Properties properties = config.kafka().admin();
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
        try (Admin admin = Admin.create(properties)) {
            Collection<Node> brokers = brokers(admin, config);
            checkTopics(admin, config);
            checkLimits(admin, config);
            if (config.exactlyOnce()) {
                checkTransactions(admin, config, brokers);
            }
        } catch (KafkaException e) {
            // A cause that complains of a login quotes it, password and all.
            boolean login = config.kafka().hasLogin();
            throw new PreflightException(
                    "Kafka at %s: the client cannot be made: %s. Check kafka.bootstrap.servers (host:port) and the other settings under kafka."
                            .formatted(
                                    config.bootstrapServers(),
                                    login
                                            ? "%s; what it says is left out, as it may quote kafka.sasl.jaas.config or a password"
                                                    .formatted(e.getClass().getSimpleName())
                                            : RootCause.message(e)),
                    login ? null : e);
        }
    }

    private static void checkRegistry(JobConfig config) {
        RegistrySettings input = config.input().registry();
        RegistrySettings output = config.output().registry();
        try {
            if (input != null) {
                new SchemaRegistry(patient(input)).check();
            }
            if (output != null) {
                new SchemaRegistry(patient(output))
                        .register(output.subject(), LabelledEvent.getClassSchema());
            }
        } catch (SchemaRegistryException e) {
            throw new PreflightException(e.getMessage(), e);
        }
    }

    private static RegistrySettings patient(RegistrySettings settings) {
        return new RegistrySettings(
                settings.urls(),
                settings.username(),
                settings.password(),
                PATIENCE,
                settings.autoRegister(),
                settings.subject());
    }

    private static Collection<Node> brokers(Admin admin, JobConfig config) {
        return ask(
                config,
                "no answer within %d s; check kafka.bootstrap.servers, that a broker listens there, and the security settings"
                        .formatted(PATIENCE.toSeconds()),
                admin.describeCluster().nodes());
    }

    private static void checkTopics(Admin admin, JobConfig config) {
        Set<String> found = ask(config, "topics cannot be listed", admin.listTopics().names());
        Set<String> inputs = new TreeSet<>(config.inputTopics());
        Pattern pattern = config.inputTopicPattern();
        if (pattern != null) {
            found.stream().filter(topic -> pattern.matcher(topic).matches()).forEach(inputs::add);
            if (inputs.isEmpty()) {
                throw new PreflightException(
                        "Kafka at %s: no topic matches input.topic-pattern %s."
                                .formatted(config.bootstrapServers(), pattern));
            }
        }
        Set<String> missing = new TreeSet<>(inputs);
        missing.add(config.outputTopic());
        missing.add(config.deadLetterTopic());
        missing.removeAll(found);
        if (!missing.isEmpty()) {
            throw new PreflightException(
                    "Kafka at %s: topics %s do not exist, or this user may not see them. Create them first."
                            .formatted(config.bootstrapServers(), missing));
        }
        if (config.keepsPartition()) {
            checkPartitions(admin, config, inputs);
        }
    }

    private static void checkPartitions(Admin admin, JobConfig config, Set<String> inputs) {
        Set<String> topics = new TreeSet<>(inputs);
        topics.add(config.outputTopic());
        Map<String, TopicDescription> found =
                ask(
                        config,
                        "topics cannot be described",
                        admin.describeTopics(topics).allTopicNames());
        int output = found.get(config.outputTopic()).partitions().size();
        for (String input : inputs) {
            int partitions = found.get(input).partitions().size();
            if (partitions > output) {
                throw new PreflightException(
                        "Kafka at %s: output.keep-partition is set, but topic %s has %d partitions and %s only %d. Add partitions to the output."
                                .formatted(
                                        config.bootstrapServers(),
                                        input,
                                        partitions,
                                        config.outputTopic(),
                                        output));
            }
        }
    }

    private static void checkLimits(Admin admin, JobConfig config) {
        for (String topic : List.of(config.outputTopic(), config.deadLetterTopic())) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            Config found =
                    ask(
                                    config,
                                    "the settings of topic %s cannot be read; allow DescribeConfigs on it"
                                            .formatted(topic),
                                    admin.describeConfigs(List.of(resource)).all())
                            .get(resource);
            TopicLimits.check(topic, found, config);
        }
    }

    private static void checkTransactions(Admin admin, JobConfig config, Collection<Node> brokers) {
        ConfigResource broker =
                new ConfigResource(
                        ConfigResource.Type.BROKER, brokers.iterator().next().idString());
        Config found =
                ask(
                                config,
                                MAX_TIMEOUT
                                        + " cannot be read; allow DescribeConfigs on the cluster, or set output.delivery to at-least-once",
                                admin.describeConfigs(List.of(broker)).all())
                        .get(broker);
        ConfigEntry limit = found.get(MAX_TIMEOUT);
        if (limit == null || limit.value() == null) {
            throw new PreflightException(
                    "Kafka at %s: the broker does not say its %s. Labelstream needs Kafka 4."
                            .formatted(config.bootstrapServers(), MAX_TIMEOUT));
        }
        long allowed = Long.parseLong(limit.value());
        long wanted = config.transactionTimeout().toMillis();
        if (wanted > allowed) {
            throw new PreflightException(
                    "Kafka at %s: output.transaction-timeout is %d s, but the broker's %s allows %d s. Lower the one or raise the other."
                            .formatted(
                                    config.bootstrapServers(),
                                    wanted / 1000,
                                    MAX_TIMEOUT,
                                    allowed / 1000));
        }
    }

    /** Waits for an answer of the brokers; where there is none, says what that means. */
    private static <T> T ask(JobConfig config, String problem, KafkaFuture<T> answer) {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new PreflightException(
                    "Kafka at %s: %s (%s)."
                            .formatted(config.bootstrapServers(), problem, RootCause.message(e)),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PreflightException("Interrupted while waiting for Kafka", e);
        }
    }
}
