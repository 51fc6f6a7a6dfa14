package io.labelstream.streaming.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.TestSettings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is made of the brokers' answers; DoctorIT gets such answers from a broker. */
class TopicFindingsTest {

    private static final Node NODE = new Node(1, "b", 9);

    private final JobConfig config =
            JobConfig.of(TestSettings.with("output.keep-partition", "true"));
    private final KafkaConnection kafka = KafkaConnection.open(KafkaSide.sink(config));

    @AfterEach
    void close() {
        kafka.close();
    }

    @Test
    void copiesAreComparedWithTheCluster() {
        assertThat(replicas(1, 1, 1).status()).isEqualTo(Finding.Status.OK);
        assertThat(replicas(3, 2, 3))
                .isEqualTo(Verdict.ok("topic labelled has 3 replicas and min.insync.replicas 2."));
        warns(replicas(1, 1, 3), "though the cluster has 3 brokers", "Give it 3 replicas");
        warns(replicas(3, 1, 3), "only one broker has", "Set min.insync.replicas to 2");
        warns(replicas(2, 2, 3), "while one broker is away", "Add a replica");
    }

    @Test
    void topicWithFewerReplicasThanItAsksForIsAWarning() {
        warns(
                replicas(1, 2, 1),
                "topic labelled has 1 replica and min.insync.replicas 2, more than there are",
                "Lower min.insync.replicas, or add replicas.");
        warns(replicas(2, 3, 3), "take no record while one is away", "or add replicas");
    }

    @Test
    void settingThatIsNotShownIsSkipped() {
        OutputTopic output = new OutputTopic(kafka, topic("labelled", 1, 1, null));
        Config hidden = new Config(List.of(new ConfigEntry("min.insync.replicas", null)));
        Verdict skipped =
                Verdict.skipped("the brokers do not say min.insync.replicas of topic labelled.");

        assertThat(output.checkReplicas(hidden, 3)).isEqualTo(skipped);
        assertThat(output.checkReplicas(new Config(List.of()), 3)).isEqualTo(skipped);
    }

    @Test
    void topicsThatTheLoginMayNotWriteAreNamed() {
        Map<String, TopicDescription> topics =
                Map.of(
                        "labelled", topic("labelled", 1, 1, Set.of(AclOperation.WRITE)),
                        "unreadable", topic("unreadable", 1, 1, Set.of(AclOperation.DESCRIBE)));

        assertThatThrownBy(() -> Rights.toWrite(kafka, topics))
                .isInstanceOf(PreflightException.class)
                .hasMessage(
                        "Kafka at localhost:9092: this login may not write topics [unreadable]. Grant it the operation Write on them (kafka-acls.sh --add --operation Write).");
        assertThatThrownBy(() -> Rights.toRead(kafka, topics))
                .hasMessageContaining("may not read topics [labelled, unreadable]");
    }

    @Test
    void rightsThatAreNotToldAreTakenAsGranted() {
        assertThat(Rights.toRead(kafka, Map.of("labelled", topic("labelled", 1, 1, null))).status())
                .isEqualTo(Finding.Status.OK);
    }

    @Test
    void outputWithFewerPartitionsThanAnInputIsNamed() {
        Map<String, TopicDescription> outputs = Map.of("labelled", topic("labelled", 2, 1, null));

        assertThatThrownBy(
                        () ->
                                Topics.comparePartitions(
                                        kafka,
                                        Map.of("reviews", topic("reviews", 3, 1, null)),
                                        outputs,
                                        config))
                .hasMessage(
                        "Kafka at localhost:9092: output.keep-partition is set, but topic reviews has 3 partitions and labelled only 2. Add partitions to the output.");
        assertThat(Topics.comparePartitions(kafka, Map.of(), outputs, config).status())
                .isEqualTo(Finding.Status.SKIPPED);
    }

    @Test
    void groupThatMayNotBeReadMattersWhereTheJobStartsFromIt() {
        Set<AclOperation> describe = Set.of(AclOperation.DESCRIBE);
        JobConfig committed = JobConfig.of(TestSettings.with("input.start", "committed"));

        assertThat(new ConsumerGroup(kafka, config).judge(null).status())
                .isEqualTo(Finding.Status.OK);
        warns(
                new ConsumerGroup(kafka, config).judge(describe),
                "this login may not read group labelstream (input.group-id). Grant it",
                "the job goes on from its checkpoints all the same");
        assertThatThrownBy(() -> new ConsumerGroup(kafka, committed).judge(describe))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("may not read group labelstream");
    }

    @Test
    void brokersThatDoNotAnswerAreInTheWayOnlyWhereTheJobNeedsWhatTheySay() {
        JobConfig committed = JobConfig.of(TestSettings.with("input.start", "committed"));
        OpenTransactions open = new OpenTransactions(kafka, "labelstream");
        // A client that is closed fails every question at once.
        kafka.close();

        warns(
                new ConsumerGroup(kafka, config).look(),
                "Kafka at localhost:9092: group labelstream cannot be described",
                "the job goes on from its checkpoints all the same");
        assertThatThrownBy(new ConsumerGroup(kafka, committed)::look)
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("group labelstream cannot be described");
        warns(open.ours(), "transactions cannot be listed", "ask again");
        warns(
                open.others(List.of(topic("labelled", 1, 1, null))),
                "the writers of output topics cannot be listed",
                "ask again");
    }

    @Test
    void transactionalIdsThatMayNotBeUsedAreNamedWithTheGrant() {
        assertThat(new TransactionChecks(config, kafka, List.of()).refused())
                .hasMessageContaining(
                        "may not write under transactional ids that begin with reviews-tagger, or not describe them")
                .hasMessageContaining("--operation Write --operation Describe");
    }

    @Test
    void transactionVersionBelowTwoIsAProblem() {
        TransactionChecks checks = new TransactionChecks(config, kafka, List.of());
        short one = 1;
        short two = 2;

        assertThat(
                        checks.checkVersion(
                                Map.of("transaction.version", new FinalizedVersionRange(one, two))))
                .isEqualTo(Verdict.ok("transaction.version is 2."));
        assertThatThrownBy(
                        () ->
                                checks.checkVersion(
                                        Map.of(
                                                "transaction.version",
                                                new FinalizedVersionRange(one, one))))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("transaction.version is 1; expected 2")
                .hasMessageContaining(
                        "kafka-features.sh --bootstrap-server localhost:9092 upgrade --feature transaction.version=2");
        assertThatThrownBy(() -> checks.checkVersion(Map.of()))
                .hasMessageContaining("transaction.version is 0; expected 2");
    }

    private static void warns(Verdict verdict, String found, String advice) {
        assertThat(verdict.status()).isEqualTo(Finding.Status.WARNING);
        assertThat(verdict.message()).contains(found).contains(advice);
    }

    private Verdict replicas(int replicas, int least, int brokers) {
        Config settings =
                new Config(
                        List.of(new ConfigEntry("min.insync.replicas", Integer.toString(least))));
        return new OutputTopic(kafka, topic("labelled", 1, replicas, null))
                .checkReplicas(settings, brokers);
    }

    private static TopicDescription topic(
            String name, int partitions, int replicas, Set<AclOperation> allowed) {
        List<Node> nodes = Collections.nCopies(replicas, NODE);
        List<TopicPartitionInfo> infos =
                Collections.nCopies(partitions, new TopicPartitionInfo(0, NODE, nodes, nodes));
        return new TopicDescription(name, false, infos, allowed);
    }
}
