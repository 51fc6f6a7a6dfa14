package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** A topic is missing, or may not be written: there is no point in beginning to read. */
public final class RefuseStart implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public String id() {
        return "F33";
    }

    @Override
    public String promise() {
        return "input, output or dead-letter topic missing, or the right to write denied: flink run is refused before anything is read, and names the topic";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(
                        WorldSettings.usual()
                                .withKafka(
                                        "authorizer.class.name",
                                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                                .withKafka("allow.everyone.if.no.acl.found", "true"));
        world.feed().send("good film", 40, Expectation.LABELLED);
        world.feed().awaitAllAcknowledged(PATIENCE);

        for (String topic : List.of("input.topics", "output.topic", "dead-letter.topic")) {
            checkRefused(world, Map.of(topic, "nowhere"), "topics [nowhere] do not exist");
        }
        for (String topic : List.of(World.OUTPUT, World.DEAD)) {
            List<AclBinding> rules = denyWrite(topic);
            try (Admin admin = world.kafka().admin()) {
                admin.createAcls(rules).all().get();
                checkRefused(
                        world, Map.of(), "this login may not write topics [%s]".formatted(topic));
                admin.deleteAcls(rules.stream().map(AclBinding::toFilter).toList()).all().get();
            }
        }
        checkUntouched(world);

        String job = world.submit();
        world.rest().awaitCheckpoints(job, 2, PATIENCE);
        CheckedRun run = world.settleAndCheck(job);
        stage.note("refused 5 times, each with the topic's name, then taken; %s", run);
    }

    /** Whoever is named in a rule of a topic may do what the rules allow, and nothing else. */
    private static List<AclBinding> denyWrite(String topic) {
        return List.of(
                rule(topic, AclOperation.ALL, AclPermissionType.ALLOW),
                rule(topic, AclOperation.WRITE, AclPermissionType.DENY));
    }

    private static AclBinding rule(String topic, AclOperation what, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", what, permission));
    }

    private static void checkRefused(World world, Map<String, String> settings, String said)
            throws IOException {
        Node client = world.trySubmit(settings);
        if (client.exitCode() == 0 || !client.log().contains(said)) {
            throw new AssertionError(
                    "flink run ended with %d, expected a refusal that says '%s':%n%s"
                            .formatted(client.exitCode(), said, client.log()));
        }
    }

    private static void checkUntouched(World world) throws Exception {
        List<String> traces = new ArrayList<>();
        int jobs = world.rest().ask("/jobs").orElseThrow().path("jobs").size();
        if (jobs > 0) {
            traces.add(jobs + " jobs");
        }
        if (world.uncommitted().count() > 0) {
            traces.add(world.uncommitted().count() + " records");
        }
        try (Admin admin = world.kafka().admin()) {
            int groups = admin.listGroups(new ListGroupsOptions()).all().get().size();
            if (groups > 0) {
                traces.add(groups + " consumer groups");
            }
        }
        if (!traces.isEmpty()) {
            throw new AssertionError("Refused starts have left " + traces);
        }
    }
}
