package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.RootCause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;

/** What exactly-once asks of the brokers. */
final class TransactionChecks implements CheckGroup {

    private static final String FEATURE = "transaction.version";

    /** Ids of their own, which no running job has: trying them fences nobody. */
    private static final List<String> TRIED =
            List.of("-results-preflight", "-dead-letters-preflight");

    private static final int TRY_MILLIS = 10_000;

    private final JobConfig config;
    private final KafkaConnection kafka;
    private final Collection<TopicDescription> outputs;

    TransactionChecks(
            JobConfig config, KafkaConnection kafka, Collection<TopicDescription> outputs) {
        this.config = config;
        this.kafka = kafka;
        this.outputs = outputs;
    }

    @Override
    public void run(Report report) {
        report.ask("transaction version", this::lookAtVersion);
        report.ask("transaction limits", this::lookAtLimits);
        report.ask("transactional ids", this::tryIds);
        OpenTransactions open = new OpenTransactions(kafka, config.transactionalIdPrefix());
        report.ask("transactions of this job", open::ours);
        report.ask("transactions of others", () -> open.others(outputs));
    }

    private Verdict lookAtVersion() {
        return checkVersion(
                kafka.ask(
                                "the features of the cluster cannot be read",
                                kafka.admin().describeFeatures().featureMetadata())
                        .finalizedFeatures());
    }

    /** Before version 2 a commit that is delayed can tear a transaction apart (KIP-890). */
    Verdict checkVersion(Map<String, FinalizedVersionRange> features) {
        FinalizedVersionRange found = features.get(FEATURE);
        int version = found == null ? 0 : found.maxVersionLevel();
        if (version < 2) {
            throw kafka.problem(
                    "the feature %s is %d; expected 2, or a delayed commit can lose results. Upgrade the brokers to Kafka 4, then: kafka-features.sh --bootstrap-server %s upgrade --feature %s=2. Or set output.delivery to at-least-once."
                            .formatted(FEATURE, version, kafka.servers(), FEATURE));
        }
        return Verdict.ok("%s is %d.".formatted(FEATURE, version));
    }

    /** A limit of one broker counts where it is the coordinator: each is asked. */
    private Verdict lookAtLimits() {
        List<ConfigResource> brokers =
                kafka.brokers().stream()
                        .map(
                                node ->
                                        new ConfigResource(
                                                ConfigResource.Type.BROKER, node.idString()))
                        .toList();
        List<Config> found = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        kafka.admin()
                .describeConfigs(brokers)
                .values()
                .forEach(
                        (broker, answer) -> {
                            try {
                                found.add(kafka.ask("no answer", answer));
                            } catch (PreflightException e) {
                                silent.add(
                                        "%s (%s)".formatted(broker.name(), RootCause.message(e)));
                            }
                        });
        return new TransactionLimits(kafka.servers(), config).check(found, silent);
    }

    /**
     * Does what the sinks do first, and what they do after a restart: look how a transaction ended.
     * Also shows whether the brokers can keep transactions at all.
     */
    private Verdict tryIds() {
        List<String> ids =
                TRIED.stream().map(tried -> config.transactionalIdPrefix() + tried).toList();
        try {
            kafka.ask(
                    "no transaction can begin; look whether the topic __transaction_state has as many replicas as transaction.state.log.replication.factor asks for",
                    kafka.admin()
                            .fenceProducers(ids, new FenceProducersOptions().timeoutMs(TRY_MILLIS))
                            .all());
            kafka.ask(
                    "the transactions of %s cannot be described".formatted(ids),
                    kafka.admin().describeTransactions(ids).all());
        } catch (PreflightException e) {
            throw e.getCause() instanceof AuthorizationException ? refused() : e;
        }
        return Verdict.ok(
                "those that begin with %s can be used.".formatted(config.transactionalIdPrefix()));
    }

    PreflightException refused() {
        String prefix = config.transactionalIdPrefix();
        return kafka.problem(
                "this login may not write under transactional ids that begin with %s, or not describe them. Grant it: kafka-acls.sh --bootstrap-server %s --add --allow-principal User:NAME --operation Write --operation Describe --transactional-id %s --resource-pattern-type prefixed."
                        .formatted(prefix, kafka.servers(), prefix));
    }
}
