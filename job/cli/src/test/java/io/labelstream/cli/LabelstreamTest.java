package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.TinyBundle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelstreamTest {

    private final Consoles console = new Consoles();

    @ParameterizedTest
    @ValueSource(
            strings = {"--help", "demo --help", "run --help", "doctor --help", "classify --help"})
    void helpsOnStandardOutputWithinEightyColumns(String arguments) {
        assertThat(console.run(arguments.split(" ", -1))).isZero();
        assertThat(console.out()).startsWith("Usage: labelstream");
        assertThat(console.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(console.err()).isEmpty();
    }

    @Test
    void saysItsVersion() {
        assertThat(console.run("--version")).isZero();
        assertThat(console.out()).startsWith("Labelstream 0.").contains("Flink 2.3.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "clasify",
                "",
                "classify --bogus",
                "classify --top-k 0 --text x",
                "classify --text x --input y.txt",
                "classify --pair x",
                "classify --format xml --text x",
                "classify --model no-such-model --text x",
                "demo --limit 0",
                "demo --limit many",
                "demo --input no-such-file.txt",
                "demo --input file.pdf",
                "demo --summary no-such-folder/summary.json --limit 1",
                "demo --model no-such-model",
                "run",
                "run --config no-such-file.yaml",
                "run --config x.yaml --fresh --from y",
                "run --config x.yaml --set nonsense",
                "doctor",
                "doctor --config no-such-file.yaml"
            })
    void refusesWrongUsageWithASentenceAndCodeTwo(String arguments) {
        assertThat(console.run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)))
                .isEqualTo(Labelstream.WRONG_USAGE);
        assertThat(console.err()).isNotBlank().doesNotContain("\tat ");
        assertThat(console.out()).isEmpty();
    }

    @Test
    void resultsThatCannotBeWrittenAreAFailure(@TempDir Path folder) {
        String model = TinyBundle.write(folder).folder().toString();

        assertThat(console.runInto(broken("No space left on device"), classify(model)))
                .isEqualTo(Labelstream.FAILED);
        assertThat(console.err())
                .isEqualToIgnoringNewLines(
                        "Standard output cannot be written: No space left on device.");
        assertThat(console.runInto(broken("No space left on device"), "--version"))
                .isEqualTo(Labelstream.FAILED);
    }

    @Test
    void readerThatHasSeenEnoughIsNoFailure(@TempDir Path folder) {
        String model = TinyBundle.write(folder).folder().toString();

        assertThat(console.runInto(broken("Broken pipe"), classify(model)))
                .isEqualTo(Labelstream.DONE);
        assertThat(console.err()).isEmpty();
    }

    private static String[] classify(String model) {
        return new String[] {"classify", "--model", model, "--text", "good"};
    }

    private static OutputStream broken(String reason) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
    }

    @Test
    void namesTheModelThatIsMissing() {
        console.run("classify", "--model", "no-such-model", "--text", "x");

        assertThat(console.err()).contains("Model no-such-model").contains("no folder");
    }

    @Test
    void showsWhereAnErrorComesFromWhenAsked() {
        console.run("classify", "--verbose", "--model", "no-such-model", "--text", "x");

        assertThat(console.err()).contains("\tat io.labelstream");
    }

    @Test
    void doctorSaysWhichSettingIsWrongAndWhatItCouldNotLookAt(@TempDir Path folder)
            throws Exception {
        Path config = Files.writeString(folder.resolve("job.yaml"), "input.topic: x");

        assertThat(console.run("doctor", "--config", config.toString()))
                .isEqualTo(Labelstream.FAILED);
        assertThat(console.out().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("problem  settings: Setting input.topic is not"))
                .contains("skipped  all else: it depends on the settings.");
        assertThat(console.err()).isEqualToIgnoringNewLines("1 problem, 0 warnings.");
    }

    @Test
    void doctorSaysThatACheckpointDirectoryOfAClusterIsNoneOfRun(@TempDir Path folder)
            throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("job.yaml"),
                        """
                        kafka.bootstrap.servers: nonsense
                        input.topics: in
                        output: {topic: out, transactional-id-prefix: test}
                        dead-letter.topic: dead
                        model.path: no-such-model
                        checkpoint.directory: s3://bucket/checkpoints
                        """);

        assertThat(console.run("doctor", "--json", "--config", config.toString()))
                .isEqualTo(Labelstream.FAILED);
        assertThat(console.out())
                .contains(
                        "{\"check\":\"state directory\",\"status\":\"problem\",\"message\":\"Setting checkpoint.directory is s3://bucket/checkpoints")
                .contains("For 'flink run', add --cluster.")
                .contains("no-such-model");
        assertThat(console.run("doctor", "--cluster", "--config", config.toString()))
                .isEqualTo(Labelstream.FAILED);
        assertThat(console.out())
                .contains("skipped  checkpoint directory: s3://bucket/checkpoints: Flink has no");
    }

    @Test
    void namesTheBrokerThatDoesNotAnswerAndFailsWithCodeOne(@TempDir Path folder) throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("job.yaml"),
                        """
                        kafka.bootstrap.servers: 127.0.0.1:1
                        input.topics: in
                        output: {topic: out, transactional-id-prefix: test}
                        dead-letter.topic: dead
                        model.path: %s
                        checkpoint.directory: %s
                        """
                                .formatted(
                                        TinyBundle.write(folder.resolve("model")).folder(),
                                        folder.resolve("state")));
        long start = System.nanoTime();

        assertThat(console.run("run", "--config", config.toString())).isEqualTo(Labelstream.FAILED);
        assertThat(console.err()).contains("127.0.0.1:1");
        assertThat((System.nanoTime() - start) / 1e9).isLessThan(15);
    }
}
