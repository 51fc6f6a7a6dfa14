package io.labelstream.streaming.preflight;

import io.labelstream.streaming.RootCause;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;

/** Questions to the brokers, under the login of one side of the job. Used by one thread. */
final class KafkaConnection implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final String servers;
    private final Admin admin;

    /** Asked at once, so that two clusters that are both away cost the time of one. */
    private final KafkaFuture<Collection<Node>> nodes;

    private List<Node> brokers = List.of();

    private KafkaConnection(String servers, Admin admin) {
        this.servers = servers;
        this.admin = admin;
        this.nodes = admin.describeCluster().nodes();
    }

    /**
     * Begins to connect.
     *
     * @throws PreflightException if the settings of the side do not do
     */
    static KafkaConnection open(KafkaSide side) {
        Properties properties = settings(side);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
        try {
            return new KafkaConnection(side.servers(), Admin.create(properties));
        } catch (KafkaException e) {
            throw side.cannotBeMade(e);
        }
    }

    /** Those that say where and how to connect, without what only reading or writing needs. */
    static Properties settings(KafkaSide side) {
        Properties properties = new Properties();
        properties.putAll(side.properties());
        properties
                .keySet()
                .removeIf(
                        key ->
                                !AdminClientConfig.configNames().contains(key)
                                        && (ConsumerConfig.configNames().contains(key)
                                                || ProducerConfig.configNames().contains(key)));
        return properties;
    }

    String servers() {
        return servers;
    }

    Admin admin() {
        return admin;
    }

    /** Those that answer; none before {@link #reach}. */
    List<Node> brokers() {
        return brokers;
    }

    /** Waits for the first answer. */
    Verdict reach() {
        brokers =
                List.copyOf(
                        ask(
                                "no answer within %d s; check kafka.bootstrap.servers, that a broker listens there, and the security settings"
                                        .formatted(PATIENCE.toSeconds()),
                                nodes));
        return Verdict.ok(
                "Kafka at %s answers, with %d broker%s."
                        .formatted(servers, brokers.size(), brokers.size() == 1 ? "" : "s"));
    }

    /**
     * Waits for an answer; where there is none, says what that means.
     *
     * @throws PreflightException with what Kafka said as its cause
     */
    <T> T ask(String problem, KafkaFuture<T> answer) {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw problem("%s (%s).".formatted(problem, RootCause.message(e)), e.getCause());
        } catch (TimeoutException e) {
            throw problem("%s (%s).".formatted(problem, RootCause.message(e)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PreflightException("Interrupted while waiting for Kafka", e);
        }
    }

    /** A problem with these brokers. */
    PreflightException problem(String sentences) {
        return problem(sentences, null);
    }

    private PreflightException problem(String sentences, Throwable cause) {
        return new PreflightException("Kafka at %s: %s".formatted(servers, sentences), cause);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
