package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.JobOptions.Start;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * The right to commit progress under {@code input.group-id}. The job does without: what it needs is
 * in its checkpoints; only {@code input.start: committed} reads it back.
 */
final class ConsumerGroup {

    private final KafkaConnection kafka;
    private final String group;
    private final boolean startsThere;

    ConsumerGroup(KafkaConnection kafka, JobConfig config) {
        this.kafka = kafka;
        this.group = config.groupId();
        this.startsThere = config.inputStart() == Start.COMMITTED;
    }

    Verdict look() {
        Set<AclOperation> allowed;
        try {
            allowed =
                    kafka.ask(
                                    "group %s cannot be described".formatted(group),
                                    kafka.admin()
                                            .describeConsumerGroups(
                                                    List.of(group),
                                                    new DescribeConsumerGroupsOptions()
                                                            .includeAuthorizedOperations(true))
                                            .all())
                            .get(group)
                            .authorizedOperations();
        } catch (PreflightException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Verdict.ok("%s is new.".formatted(group));
            }
            if (e.getCause() instanceof AuthorizationException) {
                return refused();
            }
            if (startsThere) {
                throw e;
            }
            return unshown(e.getMessage());
        }
        return judge(allowed);
    }

    /**
     * Says what rights mean.
     *
     * @param allowed what this login may do with the group; null where brokers do not tell
     */
    Verdict judge(Set<AclOperation> allowed) {
        return allowed != null && !allowed.contains(AclOperation.READ)
                ? refused()
                : Verdict.ok("progress can be committed under %s.".formatted(group));
    }

    private Verdict refused() {
        String found =
                "this login may not read group %s (input.group-id). Grant it the operation Read on the group, or choose another one."
                        .formatted(group);
        if (startsThere) {
            throw kafka.problem(found);
        }
        return unshown("Kafka at %s: %s".formatted(kafka.servers(), found));
    }

    private static Verdict unshown(String found) {
        return Verdict.warning(
                found
                        + " Until then, progress is not shown to monitoring; the job goes on from its checkpoints all the same.");
    }
}
