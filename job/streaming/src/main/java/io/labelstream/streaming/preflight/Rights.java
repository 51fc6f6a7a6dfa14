package io.labelstream.streaming.preflight;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;

/** Whether a login may do with topics what the job does. */
final class Rights {

    private Rights() {}

    static Verdict toRead(KafkaConnection kafka, Map<String, TopicDescription> topics) {
        return check(kafka, topics, EnumSet.of(AclOperation.READ), "Read");
    }

    static Verdict toWrite(KafkaConnection kafka, Map<String, TopicDescription> topics) {
        return check(kafka, topics, EnumSet.of(AclOperation.WRITE), "Write");
    }

    private static Verdict check(
            KafkaConnection kafka,
            Map<String, TopicDescription> topics,
            Set<AclOperation> needed,
            String right) {
        Set<String> refused = missing(topics, needed);
        if (!refused.isEmpty()) {
            throw kafka.problem(
                    "this login may not %s topics %s. Grant it the operation %s on them (kafka-acls.sh --add --operation %s)."
                            .formatted(right.toLowerCase(Locale.ROOT), refused, right, right));
        }
        return Verdict.ok("granted on %s.".formatted(String.join(", ", topics.keySet())));
    }

    /** Topics on which an operation is not allowed. Without an authorizer, brokers allow all. */
    static Set<String> missing(Map<String, TopicDescription> topics, Set<AclOperation> needed) {
        Set<String> missing = new TreeSet<>();
        topics.forEach(
                (name, topic) -> {
                    Set<AclOperation> allowed = topic.authorizedOperations();
                    if (allowed != null && !allowed.containsAll(needed)) {
                        missing.add(name);
                    }
                });
        return missing;
    }
}
