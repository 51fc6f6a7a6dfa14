package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks into the distribution: what is in the job jar, and what must not be. */
class JobJarIT {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ai/djl/", // tokenizer and training: natives load once a process, from lib/
                "ai/onnxruntime/",
                "ai/onnx/",
                "org/tribuo/",
                "io/labelstream/finetune/",
                "io/labelstream/cli/",
                "kafka/server/", // the broker
                "org/apache/kafka/controller/",
                "org/apache/kafka/storage/",
                "scala/",
                "org/apache/flink/runtime/", // what every cluster has
                "org/apache/flink/api/common/",
                "org/apache/flink/streaming/api/",
                "org/slf4j/",
                "native/"
            })
    void jobJarLeavesOutWhatItMustNotBring(String folder) throws IOException {
        assertThat(entries(DistributionFolder.jobJar())).noneMatch(name -> name.startsWith(folder));
    }

    @Test
    void jobJarHoldsNoNativeLibrary() throws IOException {
        assertThat(entries(DistributionFolder.jobJar()))
                .noneMatch(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"));
    }

    @Test
    void jobJarHoldsTheJobAndItsConnector() throws IOException {
        assertThat(entries(DistributionFolder.jobJar()))
                .contains(
                        "io/labelstream/streaming/LabelstreamJob.class",
                        "io/labelstream/operators/ClassifyFunction.class",
                        "io/labelstream/serde/LabelledEvent.class",
                        "io/labelstream/inference/ClassifierSession.class",
                        "com/google/protobuf/CodedInputStream.class", // reads models without
                        // running them
                        "org/apache/flink/connector/kafka/sink/KafkaSink.class",
                        "org/apache/kafka/clients/producer/KafkaProducer.class");
    }

    @Test
    void nativeLibrariesAreInFlinkLibOnceEach() throws IOException {
        List<String> names =
                DistributionFolder.jars(DistributionFolder.root().resolve("flink-lib")).stream()
                        .map(jar -> jar.getFileName().toString())
                        .toList();

        assertThat(names).filteredOn(name -> name.startsWith("onnxruntime")).hasSize(1);
        assertThat(names).filteredOn(name -> name.startsWith("tokenizers-")).hasSize(1);
        assertThat(names).noneMatch(name -> name.contains("pytorch") || name.contains("slf4j"));
    }

    @Test
    void onnxRuntimeCarriesNoTelemetryOnAnyPlatform() throws IOException {
        int libraries = 0;
        for (Path jar : DistributionFolder.jars(DistributionFolder.root().resolve("flink-lib"))) {
            for (String library : entries(jar)) {
                if (library.matches("ai/onnxruntime/native/[^/]+/libonnxruntime\\.(so|dylib)")) {
                    String code = content(jar, library);
                    assertThat(code.contains("events.data.microsoft.com")).as(library).isFalse();
                    // So that the search above cannot pass by looking in the wrong place.
                    assertThat(code.contains("OrtGetApiBase")).as(library).isTrue();
                    libraries++;
                }
            }
        }
        assertThat(libraries).isPositive();
    }

    private static String content(Path jar, String name) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            byte[] bytes = file.getInputStream(file.getEntry(name)).readAllBytes();
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static Set<String> entries(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Set<String> names = new TreeSet<>();
            file.stream()
                    .filter(entry -> !entry.isDirectory())
                    .forEach(e -> names.add(e.getName()));
            return names;
        }
    }
}
