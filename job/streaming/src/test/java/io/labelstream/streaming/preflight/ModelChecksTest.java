package io.labelstream.streaming.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TinyBundle;
import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.TestSettings;
import io.labelstream.streaming.preflight.Finding.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelChecksTest {

    @TempDir Path folder;

    @Test
    void modelIsTriedInAProcessOfItsOwn() {
        ModelBundle bundle = TinyBundle.write(folder);

        List<Finding> found = examine(Place.HERE);

        assertThat(found).extracting(Finding::status).containsOnly(Status.OK);
        assertThat(found)
                .extracting(Finding::check)
                .containsExactly("native libraries", "model", "memory", "tokenizer", "device");
        assertThat(found.get(1).message()).contains("digest " + bundle.digest());
        assertThat(found.get(4).message()).startsWith("took CPU for 8 texts of 64 tokens: ");
    }

    @Test
    void modelThatIsIncompleteIsAProblemAndNotTried() throws IOException {
        TinyBundle.write(folder);
        Files.delete(folder.resolve(ModelBundle.TOKENIZER_FILE));

        List<Finding> found = examine(Place.HERE);

        assertThat(found)
                .extracting(Finding::status)
                .containsExactly(Status.OK, Status.PROBLEM, Status.SKIPPED);
        assertThat(found.get(1).message()).contains(ModelBundle.TOKENIZER_FILE);
    }

    @Test
    void tokenizerThatFailsIsAProblem() throws IOException {
        TinyBundle.write(folder);
        Path tokenizer = folder.resolve(ModelBundle.TOKENIZER_FILE);
        Files.writeString(
                tokenizer,
                Files.readString(tokenizer)
                        .replace("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"[GONE]\""));

        List<Finding> found = examine(Place.HERE);

        assertThat(found.get(3).status()).isEqualTo(Status.PROBLEM);
        assertThat(found.get(3).message()).contains("the tokenizer fails on a test string");
        assertThat(found.get(4))
                .isEqualTo(Finding.skipped("device", "the trial did not get past the tokenizer."));
    }

    @Test
    void processThatATokenizerEndsIsAProblemWithItsExitCode() {
        List<Finding> found = trial("echo tokenizer; kill -ABRT $$");

        assertThat(found.get(0))
                .isEqualTo(
                        Finding.problem(
                                "tokenizer",
                                "A process that tried tokenizer.json was ended by it (exit code 134), as the job would be. It is no tokenizer of the Hugging Face library, or a hostile one: take the model from a source that you trust."));
    }

    @Test
    void processThatAModelEndsIsAProblemOfTheDevice() {
        List<Finding> found = trial("echo tokenizer; echo device; kill -SEGV $$");

        assertThat(found).extracting(Finding::status).containsExactly(Status.OK, Status.PROBLEM);
        assertThat(found.get(1).message())
                .contains("A process that tried the model was ended by it (exit code 139)")
                .contains("Try device.type: cpu");
    }

    @Test
    void deviceThatCannotBeUsedIsNamed() {
        List<Finding> found = trial("echo tokenizer; echo device; echo failed no CUDA. Use cpu.");

        assertThat(found.get(1)).isEqualTo(Finding.problem("device", "no CUDA. Use cpu."));
    }

    @Test
    void processThatDoesNotEndIsEndedAndAWarning() {
        List<Finding> found = trial("echo tokenizer; echo device; exec sleep 60");

        assertThat(found).extracting(Finding::status).containsExactly(Status.OK, Status.WARNING);
        assertThat(found.get(1).message())
                .isEqualTo(
                        "A process that tried the model did not end within 1 s. If this machine was not only busy: Try device.type: cpu, or another model.");
    }

    @Test
    void tokenizerThatDoesNotEndIsAWarningToo() {
        List<Finding> found = trial("echo tokenizer; exec sleep 60");

        assertThat(found)
                .extracting(Finding::status)
                .containsExactly(Status.WARNING, Status.SKIPPED);
        assertThat(found.get(0).message())
                .startsWith("A process that tried tokenizer.json did not end within 1 s.");
    }

    @Test
    void processThatEndsBeforeItBeginsIsSkipped() {
        assertThat(trial("echo Error occurred during initialization of VM; exit 1"))
                .containsExactly(
                        Finding.skipped(
                                "tokenizer, device",
                                "the process that was to try them ended before it began, with exit code 1."));
    }

    @Test
    void optionsOfThisJvmAreNotPassedOn() {
        Map<String, String> environment =
                new HashMap<>(
                        Map.of(
                                "JAVA_TOOL_OPTIONS", "-agentlib:jdwp=address=5005",
                                "JDK_JAVA_OPTIONS", "-Xlog:gc",
                                "_JAVA_OPTIONS", "-Xmx1m",
                                "PATH", "/bin"));

        ModelTrial.clean(environment);

        assertThat(environment).containsOnlyKeys("PATH");
    }

    @Test
    void processThatCannotBeStartedIsSaid() {
        Report report = new Report();
        new ModelTrial(List.of("/no/such/java"), Duration.ofSeconds(1)).run(report);

        assertThat(report.findings().get(0).status()).isEqualTo(Status.SKIPPED);
        assertThat(report.findings().get(0).message()).contains("no process can be started");
    }

    @Test
    void clusterTriesTheModelItself() {
        TinyBundle.write(folder);

        assertThat(examine(Place.CLUSTER))
                .contains(
                        Finding.skipped(
                                "tokenizer, device", "each TaskManager tries them as it starts."));
    }

    private List<Finding> examine(Place place) {
        Report report = new Report();
        new ModelChecks(
                        JobConfig.of(
                                TestSettings.with(
                                        "model.path", folder.toString(), "device.type", "cpu")),
                        place)
                .run(report);
        return report.findings();
    }

    private static List<Finding> trial(String script) {
        Report report = new Report();
        new ModelTrial(List.of("sh", "-c", script), Duration.ofSeconds(1)).run(report);
        return report.findings();
    }
}
