package io.labelstream.streaming;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
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
     * Checks that the brokers answer, that the topics are there and that the brokers allow the
     * transactions the job wants. Takes at most about ten seconds.
     *
     * @throws PreflightException if something is not as it must be
     */
    public static void check(JobConfig config) {
        Properties properties = config.kafka().admin();
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
        try (Admin admin = Admin.create(properties)) {
            Collection<Node> brokers = brokers(admin, config);
            checkTopics(admin, config);
            if (config.exactlyOnce()) {
                checkTransactions(admin, config, brokers);
            }
        } catch (KafkaException e) {
            throw new PreflightException(
                    "Kafka at %s: the client cannot be made: %s. Check the settings under kafka."
                            .formatted(config.bootstrapServers(), rootMessage(e)),
                    e);
        }
    }

    private static Collection<Node> brokers(Admin admin, JobConfig config) {
        try {
            return await(admin.describeCluster().nodes());
        } catch (ExecutionException | TimeoutException e) {
            throw new PreflightException(
                    "Kafka at %s: no answer within %d s (%s). Check kafka.bootstrap.servers, that a broker listens there, and the security settings."
                            .formatted(
                                    config.bootstrapServers(),
                                    PATIENCE.toSeconds(),
                                    rootMessage(e)),
                    e);
        }
    }

    private static void checkTopics(Admin admin, JobConfig config) {
        Set<String> found;
        try {
            found = await(admin.listTopics().names());
        } catch (ExecutionException | TimeoutException e) {
            throw new PreflightException(
                    "Kafka at %s: topics cannot be listed: %s"
                            .formatted(config.bootstrapServers(), rootMessage(e)),
                    e);
        }
        List<String> missing = new ArrayList<>(config.inputTopics());
        missing.add(config.outputTopic());
        missing.add(config.deadLetterTopic());
        missing.removeAll(found);
        if (!missing.isEmpty()) {
            throw new PreflightException(
                    "Kafka at %s: topics %s do not exist, or this user may not see them. Create them first."
                            .formatted(config.bootstrapServers(), missing));
        }
        Pattern pattern = config.inputTopicPattern();
        if (pattern != null && found.stream().noneMatch(t -> pattern.matcher(t).matches())) {
            throw new PreflightException(
                    "Kafka at %s: no topic matches input.topic-pattern %s."
                            .formatted(config.bootstrapServers(), pattern));
        }
    }

    private static void checkTransactions(Admin admin, JobConfig config, Collection<Node> brokers) {
        ConfigResource broker =
                new ConfigResource(
                        ConfigResource.Type.BROKER, brokers.iterator().next().idString());
        Config found;
        try {
            found = await(admin.describeConfigs(List.of(broker)).all()).get(broker);
        } catch (ExecutionException | TimeoutException e) {
            throw new PreflightException(
                    "Kafka at %s: %s cannot be read (%s). Allow DescribeConfigs on the cluster, or set output.delivery to at-least-once."
                            .formatted(config.bootstrapServers(), MAX_TIMEOUT, rootMessage(e)),
                    e);
        }
        long allowed = Long.parseLong(found.get(MAX_TIMEOUT).value());
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

    private static <T> T await(KafkaFuture<T> future) throws ExecutionException, TimeoutException {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PreflightException("Interrupted while waiting for Kafka", e);
        }
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
