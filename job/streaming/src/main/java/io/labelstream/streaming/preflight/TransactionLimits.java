package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;

/** How long the brokers let a transaction be open, and how long they remember one that is not. */
final class TransactionLimits {

    static final String MAX_TIMEOUT = "transaction.max.timeout.ms";
    static final String EXPIRATION = "transactional.id.expiration.ms";

    private static final Duration SHORT_MEMORY = Duration.ofDays(1);

    private final String servers;
    private final Duration wanted;

    TransactionLimits(String servers, JobConfig config) {
        this.servers = servers;
        this.wanted = config.transactionTimeout();
    }

    /**
     * Checks {@code output.transaction-timeout}, which the settings hold to be long enough for two
     * slow checkpoints one after the other.
     *
     * @param brokers the settings of each that answered
     * @param silent the others, in words
     * @throws PreflightException if one of them gives up too soon
     */
    Verdict check(Collection<Config> brokers, Collection<String> silent) {
        if (silent.isEmpty()) {
            return check(brokers);
        }
        String unread =
                "Kafka at %s: %s of these brokers cannot be read: %s; whether they allow output.transaction-timeout, %d s, is not known. Start them, or allow DescribeConfigs on the cluster."
                        .formatted(
                                servers,
                                MAX_TIMEOUT,
                                String.join(", ", silent),
                                wanted.toSeconds());
        if (brokers.isEmpty()) {
            return Verdict.warning(unread);
        }
        Verdict verdict = check(brokers);
        return Verdict.warning(
                verdict.status() == Finding.Status.WARNING
                        ? verdict.message() + " " + unread
                        : unread);
    }

    private Verdict check(Collection<Config> brokers) {
        Duration allowed = least(brokers, MAX_TIMEOUT);
        if (allowed == null) {
            throw new PreflightException(
                    "Kafka at %s: the broker does not say its %s. Labelstream needs Kafka 4."
                            .formatted(servers, MAX_TIMEOUT));
        }
        if (wanted.compareTo(allowed) > 0) {
            throw new PreflightException(
                    "Kafka at %s: output.transaction-timeout is %d s, but the broker's %s allows %d s. Lower the one or raise the other."
                            .formatted(
                                    servers, wanted.toSeconds(), MAX_TIMEOUT, allowed.toSeconds()));
        }
        Duration memory = least(brokers, EXPIRATION);
        if (memory == null) {
            return Verdict.ok(
                    "output.transaction-timeout is %d s, the brokers allow %d s; they do not say their %s."
                            .formatted(wanted.toSeconds(), allowed.toSeconds(), EXPIRATION));
        }
        if (memory.compareTo(wanted) <= 0) {
            throw new PreflightException(
                    "Kafka at %s: the broker's %s is %d s; expected more than output.transaction-timeout, %d s, or a job that was down cannot commit what it wrote. Raise it; Kafka's own is 7 days."
                            .formatted(
                                    servers, EXPIRATION, memory.toSeconds(), wanted.toSeconds()));
        }
        if (memory.compareTo(SHORT_MEMORY) < 0) {
            return Verdict.warning(
                    "Kafka at %s: the broker's %s is %d s, less than a day: it forgets the transactions of a job that is down for longer, and what the last checkpoint left to commit is lost then. Raise it; Kafka's own is 7 days."
                            .formatted(servers, EXPIRATION, memory.toSeconds()));
        }
        return Verdict.ok(
                "output.transaction-timeout is %d s, the brokers allow %d s."
                        .formatted(wanted.toSeconds(), allowed.toSeconds()));
    }

    /** The smallest of all brokers; null where none says. */
    private Duration least(Collection<Config> brokers, String name) {
        Duration least = null;
        for (Config broker : brokers) {
            ConfigEntry entry = broker.get(name);
            if (entry == null || entry.value() == null) {
                continue;
            }
            Duration found = Duration.ofMillis(Long.parseLong(entry.value()));
            least = least == null || found.compareTo(least) < 0 ? found : least;
        }
        return least;
    }
}
