package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.TopicDescription;

/** Kafka, from the clients' settings to open transactions; each side under its own login. */
final class KafkaChecks implements CheckGroup {

    private static final String AWAY = "Kafka does not answer.";

    private final JobConfig config;

    KafkaChecks(JobConfig config) {
        this.config = config;
    }

    @Override
    public void run(Report report) {
        KafkaSide source = KafkaSide.source(config);
        KafkaSide sink = KafkaSide.sink(config);
        report.ask("kafka source settings", source::checkProperties);
        report.ask("kafka sink settings", sink::checkProperties);
        boolean shared = KafkaConnection.settings(source).equals(KafkaConnection.settings(sink));
        try (KafkaConnection forSource = open(report, source);
                KafkaConnection forSink = shared ? null : open(report, sink)) {
            if (shared) {
                KafkaConnection both = reached(report, "kafka brokers", forSource);
                examine(report, both, both);
            } else {
                examine(
                        report,
                        reached(report, "kafka brokers of the source", forSource),
                        reached(report, "kafka brokers of the sink", forSink));
            }
        }
    }

    /**
     * Begins to connect; null where that cannot be. A property that only reading or writing needs
     * is not in the way.
     */
    private static KafkaConnection open(Report report, KafkaSide side) {
        try {
            return KafkaConnection.open(side);
        } catch (PreflightException e) {
            report.fail("kafka client of the " + side.name(), e.getMessage());
            return null;
        }
    }

    /** Waits for the first answer; null where there is none. */
    private static KafkaConnection reached(Report report, String check, KafkaConnection kafka) {
        if (kafka == null) {
            report.skip(check, "no client can be made.");
            return null;
        }
        return report.ask(check, kafka::reach) ? kafka : null;
    }

    /**
     * Goes on with the sides that answer.
     *
     * @param source null where it does not answer
     * @param sink null where it does not answer
     */
    private void examine(Report report, KafkaConnection source, KafkaConnection sink) {
        Map<String, TopicDescription> inputs =
                source == null ? Map.of() : examineInput(report, source);
        if (source == null) {
            report.skip("input topics, rights", AWAY);
        }
        if (sink == null) {
            report.skip("output topics, rights, transactions", AWAY);
        } else {
            examineOutput(report, sink, inputs);
        }
    }

    private Map<String, TopicDescription> examineInput(Report report, KafkaConnection source) {
        Topics topics = new Topics(source);
        boolean there = report.ask("input topics", () -> topics.findInputs(config));
        if (there) {
            report.ask("right to read", () -> Rights.toRead(source, topics.found()));
        } else {
            report.skip("right to read", "not all input topics were found.");
        }
        report.ask("consumer group", () -> new ConsumerGroup(source, config).look());
        return topics.found();
    }

    private void examineOutput(
            Report report, KafkaConnection sink, Map<String, TopicDescription> inputs) {
        Topics topics = new Topics(sink);
        List<String> outputs = List.of(config.outputTopic(), config.deadLetterTopic());
        if (!report.ask("output topics", () -> topics.find(outputs))) {
            report.skip("what output topics take", "not all output topics were found.");
        } else {
            report.ask("right to write", () -> Rights.toWrite(sink, topics.found()));
            if (config.keepsPartition()) {
                report.ask(
                        "partitions",
                        () -> Topics.comparePartitions(sink, inputs, topics.found(), config));
            }
            for (String output : outputs) {
                OutputTopic topic = new OutputTopic(sink, topics.found().get(output));
                report.ask("limits of " + output, () -> topic.checkLimits(config));
                report.ask("replicas of " + output, topic::checkReplicas);
            }
        }
        if (config.exactlyOnce()) {
            new TransactionChecks(config, sink, topics.found().values()).run(report);
        } else {
            report.skip("transactions", "output.delivery is at-least-once.");
        }
    }
}
