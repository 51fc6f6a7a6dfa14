package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.cli.EmbeddedKafka;
import io.labelstream.inference.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} finds in good worlds and in bad ones, with a real broker. */
@Timeout(300)
class DoctorIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path folder;

    /** A finding, as {@code --json} prints it. */
    private record Found(String check, String status, String message) {}

    @Test
    void allIsWellWhereTheJobCanRun() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            JobSettings settings = world(kafka);
            RunProcess doctor = doctor(settings);

            assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isZero();
            List<Found> found = findings(doctor);
            assertThat(found).extracting(Found::status).containsOnly("ok");
            assertThat(found)
                    .extracting(Found::check)
                    .containsExactly(
                            "settings",
                            "state directory",
                            "temporary folder",
                            "heap",
                            "kafka source settings",
                            "kafka sink settings",
                            "kafka brokers",
                            "input topics",
                            "right to read",
                            "consumer group",
                            "output topics",
                            "right to write",
                            "limits of doctor-out",
                            "replicas of doctor-out",
                            "limits of doctor-dead",
                            "replicas of doctor-dead",
                            "transaction version",
                            "transaction limits",
                            "transactional ids",
                            "transactions of this job",
                            "transactions of others",
                            "model",
                            "memory",
                            "tokenizer",
                            "device");
            assertThat(message(found, "model"))
                    .contains(ModelBundle.load(DistributionFolder.model("sentiment-en")).digest());
            assertThat(folder.resolve("doctor-state")).doesNotExist();

            RunProcess people = command("doctor", "--config", settings.write(folder).toString());
            assertThat(people.out()).contains("ok       transaction version: ");
            assertThat(people.err()).contains("0 problems, 0 warnings.");
        }
    }

    @Test
    void problemsAreAllFoundAtOnceAndTheFirstOneEndsRun() throws Exception {
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(Map.of("transaction.max.timeout.ms", "60000"))) {
            JobSettings settings =
                    world(kafka)
                            .with(
                                    "kafka.sink.compression.type", "nonsense",
                                    "dead-letter.topic", "nowhere",
                                    "model.path", DistributionFolder.root().toString());
            Path state = Files.createDirectories(folder.resolve("doctor-state"));
            Files.writeString(state.resolve("owner"), "another\n");

            RunProcess doctor = doctor(settings);

            assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isEqualTo(1);
            List<Found> found = findings(doctor);
            assertThat(found)
                    .filteredOn(finding -> finding.status().equals("problem"))
                    .extracting(Found::check)
                    .containsExactly(
                            "state directory",
                            "kafka sink settings",
                            "output topics",
                            "transaction limits",
                            "model");
            assertThat(message(found, "state directory")).contains("prefix 'another'");
            assertThat(message(found, "output topics")).contains("[nowhere] do not exist");
            assertThat(message(found, "transaction limits"))
                    .contains("transaction.max.timeout.ms allows 60 s");

            RunProcess run =
                    command(
                            "run",
                            "--config",
                            settings.with(
                                            "model.path",
                                            DistributionFolder.model("sentiment-en").toString())
                                    .write(folder)
                                    .toString());
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.err()).contains("nonsense for configuration compression.type");
        }
    }

    @Test
    void rightsThatAreMissingAreNamed() throws Exception {
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(
                        Map.of(
                                "authorizer.class.name",
                                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                                "allow.everyone.if.no.acl.found",
                                "true"))) {
            JobSettings settings = world(kafka);
            try (Admin admin = admin(kafka)) {
                // What has an entry allows nothing beyond it.
                KafkaTopics.get(
                        admin.createAcls(
                                        List.of(
                                                describe(ResourceType.TOPIC, "doctor-in"),
                                                describe(ResourceType.TOPIC, "doctor-out"),
                                                acl(
                                                        ResourceType.TOPIC,
                                                        "doctor-out",
                                                        AclOperation.DESCRIBE_CONFIGS),
                                                describe(ResourceType.GROUP, "labelstream"),
                                                describe(
                                                        ResourceType.TRANSACTIONAL_ID,
                                                        "doctor-results-preflight")))
                                .all());
            }

            RunProcess doctor = doctor(settings.with("input.start", "committed"));

            List<Found> found = findings(doctor);
            assertThat(message(found, "right to read")).contains("may not read topics [doctor-in]");
            assertThat(message(found, "right to write"))
                    .contains("may not write topics [doctor-out]");
            assertThat(message(found, "transactional ids"))
                    .contains("may not write under transactional ids that begin with doctor")
                    .contains("--transactional-id doctor --resource-pattern-type prefixed");
            assertThat(found)
                    .filteredOn(finding -> finding.check().equals("transactions of others"))
                    .extracting(Found::status)
                    .containsExactly("skipped");
            assertThat(doctor.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void transactionsThatAnotherLifeLeftOpenAreNamedWithTheCommandThatEndsThem() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            JobSettings settings = world(kafka);
            String servers = kafka.bootstrapServers();
            try (KafkaProducer<byte[], byte[]> ours = open(servers, "doctor-results-0-1");
                    KafkaProducer<byte[], byte[]> others = open(servers, "renamed-results-0-1")) {
                assertThat(message(findings(doctor(settings)), "transactions of this job"))
                        .contains("1 open with output.transactional-id-prefix doctor");

                Found[] found = new Found[1];
                Waiting.until(
                        "the other transaction is no longer young",
                        PATIENCE,
                        () -> {
                            found[0] = ofOthers(settings);
                            return found[0].status().equals("warning");
                        });
                assertThat(found[0].message())
                        .contains("a transaction of renamed-results-0-1 has been open for")
                        .contains("forceTerminateTransaction --transactionalId renamed-results-0-1")
                        .doesNotContain("doctor-results");
            }
        }
    }

    @Test
    void transactionVersionOneIsAProblem() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            JobSettings settings = world(kafka);
            try (Admin admin = admin(kafka)) {
                short one = 1;
                KafkaTopics.get(
                        admin.updateFeatures(
                                        Map.of(
                                                "transaction.version",
                                                new FeatureUpdate(
                                                        one,
                                                        FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)),
                                        new UpdateFeaturesOptions())
                                .all());
            }

            assertThat(message(findings(doctor(settings)), "transaction version"))
                    .contains("transaction.version is 1; expected 2");
        }
    }

    @Test
    void brokerOfOneSideThatIsAwayHidesNothingOfTheOther() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            JobSettings settings =
                    world(kafka).with("kafka.source.bootstrap.servers", "localhost:1");
            long start = System.nanoTime();
            RunProcess doctor = doctor(settings);

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(15));
            List<Found> found = findings(doctor);
            assertThat(message(found, "kafka brokers of the source")).contains("localhost:1");
            assertThat(found).filteredOn(finding -> finding.status().equals("problem")).hasSize(1);
            assertThat(message(found, "transactional ids")).contains("can be used");
        }
    }

    @Test
    void settingsThatAreWrongAreAFindingAndAFileThatIsNotThereIsWrongUsage() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "input.topic: x");

        RunProcess doctor = command("doctor", "--config", wrong.toString());
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out()).contains("problem  settings: Setting input.topic is not known");

        RunProcess absent = command("doctor", "--config", "absent.yaml");
        assertThat(absent.exitCode()).isEqualTo(2);
        assertThat(absent.err()).contains("absent.yaml: no such file");
    }

    private Found ofOthers(JobSettings settings) {
        try {
            return findings(doctor(settings)).stream()
                    .filter(finding -> finding.check().equals("transactions of others"))
                    .findFirst()
                    .orElseThrow();
        } catch (Exception e) {
            throw new IllegalStateException("doctor does not answer", e);
        }
    }

    private JobSettings world(EmbeddedKafka kafka) {
        JobSettings settings = JobSettings.of(kafka.bootstrapServers(), "doctor", folder);
        settings.createTopics(2);
        return settings;
    }

    private RunProcess doctor(JobSettings settings) throws Exception {
        return command("doctor", "--json", "--config", settings.write(folder).toString());
    }

    private RunProcess command(String... args) throws Exception {
        return RunProcess.run(folder, folder, PATIENCE, args);
    }

    private static List<Found> findings(RunProcess doctor) throws Exception {
        List<Found> found = new ArrayList<>();
        for (String line : doctor.out().lines().toList()) {
            JsonNode finding = JSON.readTree(line);
            found.add(
                    new Found(
                            finding.path("check").asText(),
                            finding.path("status").asText(),
                            finding.path("message").asText()));
        }
        assertThat(found).as(doctor.err()).isNotEmpty();
        return found;
    }

    private static String message(List<Found> found, String check) {
        return found.stream()
                .filter(finding -> finding.check().equals(check))
                .map(Found::message)
                .findFirst()
                .orElseThrow(() -> new AssertionError("No finding " + check + " in " + found));
    }

    private static Admin admin(EmbeddedKafka kafka) {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    private static AclBinding describe(ResourceType type, String name) {
        return acl(type, name, AclOperation.DESCRIBE);
    }

    private static AclBinding acl(ResourceType type, String name, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, AclPermissionType.ALLOW));
    }

    /** A producer with a transaction that it does not end. */
    private static KafkaProducer<byte[], byte[]> open(String servers, String id) {
        KafkaProducer<byte[], byte[]> producer =
                KafkaTopics.producer(servers, Map.of("transactional.id", id));
        producer.initTransactions();
        producer.beginTransaction();
        KafkaTopics.send(producer, new ProducerRecord<>("doctor-out", 0, null, new byte[1]));
        return producer;
    }
}
