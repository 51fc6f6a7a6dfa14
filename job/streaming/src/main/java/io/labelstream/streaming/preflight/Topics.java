package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;

/** Topics of one side: whether they are there, and how large. Used by one thread. */
final class Topics {

    private final KafkaConnection kafka;
    private Map<String, TopicDescription> found = Map.of();

    Topics(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    /** What was found, with the rights of this login, by name; empty where something is missing. */
    Map<String, TopicDescription> found() {
        return found;
    }

    Verdict findInputs(JobConfig config) {
        Set<String> wanted = new TreeSet<>(config.inputTopics());
        Pattern pattern = config.inputTopicPattern();
        if (pattern != null) {
            all().stream().filter(topic -> pattern.matcher(topic).matches()).forEach(wanted::add);
            if (wanted.isEmpty()) {
                throw kafka.problem(
                        "no topic matches input.topic-pattern %s. Create one, or grant Describe on it."
                                .formatted(pattern));
            }
        }
        return find(wanted);
    }

    Verdict find(Collection<String> wanted) {
        Set<String> missing = new TreeSet<>(wanted);
        missing.removeAll(all());
        if (!missing.isEmpty()) {
            throw kafka.problem(
                    "topics %s do not exist, or this user may not see them. Create them first."
                            .formatted(missing));
        }
        found =
                new TreeMap<>(
                        kafka.ask(
                                "topics cannot be described",
                                kafka.admin()
                                        .describeTopics(
                                                wanted,
                                                new DescribeTopicsOptions()
                                                        .includeAuthorizedOperations(true))
                                        .allTopicNames()));
        StringBuilder list = new StringBuilder();
        found.forEach(
                (name, topic) ->
                        list.append(list.isEmpty() ? "" : ", ")
                                .append(name)
                                .append(" (")
                                .append(topic.partitions().size())
                                .append(
                                        topic.partitions().size() == 1
                                                ? " partition"
                                                : " partitions")
                                .append(')'));
        return Verdict.ok(list.append('.').toString());
    }

    private Set<String> all() {
        return kafka.ask("topics cannot be listed", kafka.admin().listTopics().names());
    }

    /** With {@code output.keep-partition}, each partition of an input needs one in the output. */
    static Verdict comparePartitions(
            KafkaConnection sink,
            Map<String, TopicDescription> inputs,
            Map<String, TopicDescription> outputs,
            JobConfig config) {
        if (inputs.isEmpty()) {
            return Verdict.skipped("the partitions of the input are not known.");
        }
        int output = outputs.get(config.outputTopic()).partitions().size();
        inputs.forEach(
                (input, topic) -> {
                    int partitions = topic.partitions().size();
                    if (partitions > output) {
                        throw sink.problem(
                                "output.keep-partition is set, but topic %s has %d partitions and %s only %d. Add partitions to the output."
                                        .formatted(
                                                input, partitions, config.outputTopic(), output));
                    }
                });
        return Verdict.ok("%s has as many as any input.".formatted(config.outputTopic()));
    }
}
