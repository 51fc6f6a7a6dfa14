package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.labelstream.streaming.JobConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What image and compose stack name must exist. Building the image needs Docker; this does not. */
class DockerFilesIT {

    private static final Path DOCKER = Path.of("../../docker");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void imageCopiesWhatIsInTheDistribution() throws IOException {
        List<String> copied =
                Files.readAllLines(DOCKER.resolve("Dockerfile")).stream()
                        .filter(line -> line.startsWith("COPY "))
                        .flatMap(line -> sources(line.split(" ")))
                        .toList();

        assertThat(copied).contains("flink-lib/", "job/", "models/");
        assertThat(copied)
                .allSatisfy(
                        source -> assertThat(DistributionFolder.root().resolve(source)).exists());
    }

    @Test
    void stackSubmitsTheJarThatTheImageHas() throws IOException {
        JsonNode stack = YAML.readTree(DOCKER.resolve("compose.yaml").toFile());

        assertThat(stack.path("services").path("submit").path("command").path(1).asText())
                .contains("/opt/labelstream/job/" + DistributionFolder.jobJar().getFileName());
        assertThat(stack.path("services").path("topics").path("command").path(1).asText())
                .contains("reviews reviews-labelled reviews-unreadable");
    }

    @Test
    void stackHasTheSettingsOfTheDistributionAndPublishesNothingBeyondThisMachine()
            throws IOException {
        JsonNode stack = YAML.readTree(DOCKER.resolve("compose.yaml").toFile());
        JsonNode shipped =
                YAML.readTree(DistributionFolder.root().resolve("conf/flink-config.yaml").toFile());

        ObjectNode settings =
                (ObjectNode)
                        YAML.readTree(
                                stack.path("x-flink")
                                        .path("environment")
                                        .path("FLINK_PROPERTIES")
                                        .asText());
        settings.remove("jobmanager.rpc.address");
        settings.set("rest.bind-address", shipped.path("rest.bind-address"));

        assertThat(settings).isEqualTo(shipped);
        assertThat(stack.path("services").findValues("ports"))
                .singleElement()
                .satisfies(ports -> assertThat(ports.path(0).asText()).startsWith("127.0.0.1:"))
                .satisfies(ports -> assertThat(ports).hasSize(1));
    }

    @Test
    void flinkUnderstandsTheSettingsOfTheDistribution(@TempDir Path folder) throws IOException {
        Files.copy(
                DistributionFolder.root().resolve("conf/flink-config.yaml"),
                folder.resolve("config.yaml"));
        Configuration settings = GlobalConfiguration.loadConfiguration(folder.toString());

        assertThat(settings.get(RestOptions.BIND_ADDRESS)).isEqualTo("localhost");
        assertThat(settings.get(WebOptions.SUBMIT_ENABLE)).isFalse();
        assertThat(settings.get(WebOptions.CANCEL_ENABLE)).isFalse();
        assertThat(settings.get(HeartbeatManagerOptions.HEARTBEAT_INTERVAL))
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT))
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS)).isEqualTo(3);
        assertThat(settings.get(TaskManagerOptions.KILL_ON_OUT_OF_MEMORY)).isTrue();
        assertThat(settings.get(CoreOptions.FLINK_TM_JVM_OPTIONS))
                .isEqualTo("-XX:+ExitOnOutOfMemoryError");
        assertThat(CoreOptions.getParentFirstLoaderPatterns(settings))
                .contains("ai.onnxruntime.", "ai.djl.");
        // What bin/taskmanager.sh does with the memory: it must add up.
        TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(settings);
        assertThat(memory.getTaskOffHeapSize()).isEqualTo(MemorySize.ofMebiBytes(600));
        assertThat(memory.getTaskHeapSize()).isGreaterThan(MemorySize.ofMebiBytes(1024));
        assertThat(settings.keySet()).as("no key that is not looked at above").hasSize(13);
    }

    @Test
    void configurationOfTheStackIsValid() {
        JobConfig config =
                JobConfig.read(
                        DOCKER.resolve("labelstream.yaml"),
                        Map.of("model.path", DistributionFolder.model("sentiment-en").toString()));

        assertThat(config.inputTopics()).containsExactly("reviews");
        assertThat(config.outputTopic()).isEqualTo("reviews-labelled");
        assertThat(config.deadLetterTopic()).isEqualTo("reviews-unreadable");
        assertThat(Files.isDirectory(config.modelPath())).isTrue();
    }

    private static Stream<String> sources(String[] copy) {
        return Arrays.stream(copy, 1, copy.length - 1);
    }
}
