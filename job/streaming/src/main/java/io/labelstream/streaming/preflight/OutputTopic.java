package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;

/** A topic that the job writes: what it takes, and how safe it keeps that. Used by one thread. */
final class OutputTopic {

    private static final String MIN_REPLICAS = "min.insync.replicas";

    private final KafkaConnection kafka;
    private final TopicDescription topic;

    OutputTopic(KafkaConnection kafka, TopicDescription topic) {
        this.kafka = kafka;
        this.topic = topic;
    }

    Verdict checkLimits(JobConfig config) {
        TopicLimits.check(topic.name(), settings(), config);
        return Verdict.ok("takes whatever the job may write.");
    }

    Verdict checkReplicas() {
        return checkReplicas(settings(), kafka.brokers().size());
    }

    /**
     * The same.
     *
     * @param settings of the topic
     * @param brokers how many the cluster has
     */
    Verdict checkReplicas(Config settings, int brokers) {
        ConfigEntry entry = settings.get(MIN_REPLICAS);
        if (entry == null || entry.value() == null) {
            return Verdict.skipped(
                    "the brokers do not say %s of topic %s.".formatted(MIN_REPLICAS, topic.name()));
        }
        int least = Integer.parseInt(entry.value());
        int replicas =
                topic.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0);
        String found =
                "topic %s has %d replica%s and %s %d"
                        .formatted(
                                topic.name(),
                                replicas,
                                replicas == 1 ? "" : "s",
                                MIN_REPLICAS,
                                least);
        if (least > replicas) {
            return Verdict.warning(
                    "%s, more than there are: brokers of Kafka 4 ask for all that there are and take no record while one is away, older ones take none at all. Lower %s, or add replicas."
                            .formatted(found, MIN_REPLICAS));
        }
        if (brokers == 1) {
            return Verdict.ok("%s, on a cluster of one broker.".formatted(found));
        }
        if (replicas == 1) {
            return Verdict.warning(
                    "%s, though the cluster has %d brokers: what is on a broker that is lost is lost. Give it 3 replicas and %s 2."
                            .formatted(found, brokers, MIN_REPLICAS));
        }
        if (least == 1) {
            return Verdict.warning(
                    "%s: what only one broker has may be lost with it. Set %s to 2."
                            .formatted(found, MIN_REPLICAS));
        }
        if (least == replicas) {
            return Verdict.warning(
                    "%s: while one broker is away, it takes no record. Add a replica."
                            .formatted(found));
        }
        return Verdict.ok("%s.".formatted(found));
    }

    private Config settings() {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        return kafka.ask(
                        "the settings of topic %s cannot be read; allow DescribeConfigs on it"
                                .formatted(topic.name()),
                        kafka.admin().describeConfigs(List.of(resource)).all())
                .get(resource);
    }
}
