package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.labelstream.streaming.JobConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What image and compose stack name must exist. Building the image needs Docker; this does not. */
class DockerFilesIT {

    private static final Path DOCKER = Path.of("../../docker");

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
        JsonNode stack =
                new ObjectMapper(new YAMLFactory())
                        .readTree(DOCKER.resolve("compose.yaml").toFile());

        assertThat(stack.path("services").path("submit").path("command").path(1).asText())
                .contains("/opt/labelstream/job/" + DistributionFolder.jobJar().getFileName());
        assertThat(stack.path("services").path("topics").path("command").path(1).asText())
                .contains("reviews reviews-labelled reviews-unreadable");
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
