package io.labelstream.finetune.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.inference.DecisionRule;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizedBundleTest {

    /** No system gives a process this id. */
    private static final String GONE = "out.part-999999999999";

    @TempDir private Path folder;
    private ModelBundle source;
    private Path output;

    @BeforeEach
    void writeASource() throws IOException {
        Path from = Files.createDirectory(folder.resolve("source"));
        for (String file : List.of("model.onnx", "tokenizer.json", "config.json")) {
            Files.writeString(from.resolve(file), "source");
        }
        output = folder.resolve("out");
        source =
                new ModelBundle(
                        from,
                        ModelBundle.MODEL_FILE,
                        "tiny",
                        "1",
                        "digest",
                        List.of("a", "b"),
                        DecisionRule.softmax(2),
                        16,
                        false,
                        0,
                        100,
                        Map.of());
    }

    @Test
    void replacesABundleAndLeavesNothingBeside() throws IOException {
        bundle(output, "before");

        publish();

        assertThat(output.resolve("model.onnx")).isEmptyFile();
        assertThat(output.resolve("tokenizer.json")).hasContent("source");
        assertThat(folder).isDirectoryNotContaining("glob:**.part-*");
    }

    @Test
    void refusesAFolderWithAFileThatNoBundleHas() throws IOException {
        bundle(output, "before");
        Files.writeString(output.resolve("notes.txt"), "mine");
        Files.createDirectory(output.resolve("training"));

        assertThatThrownBy(() -> QuantizedBundle.checkFolder(output, source))
                .isInstanceOf(FineTuneException.class)
                .hasMessage(
                        "Output %s holds notes.txt, which is no file of a bundle and would be lost. Name a new folder.",
                        output);
    }

    @Test
    void refusesAFolderInPlaceOfABundlesFile() throws IOException {
        bundle(output, "before");
        Files.createDirectory(output.resolve("vocab.txt"));

        assertThatThrownBy(() -> QuantizedBundle.checkFolder(output, source))
                .hasMessageContaining("holds vocab.txt, which is no file of a bundle");
    }

    @Test
    void keepsWhatWasPutThereWhileItWasAtWork() throws IOException {
        bundle(output, "before");
        QuantizedBundle.checkFolder(output, source);
        try (QuantizedBundle draft = draft()) {
            Files.writeString(output.resolve("notes.txt"), "mine");

            assertThatThrownBy(draft::publish).hasMessageContaining("holds notes.txt");
        }
        assertThat(output.resolve("notes.txt")).hasContent("mine");
        assertThat(output.resolve("model.onnx")).hasContent("before");
        assertThat(folder).isDirectoryNotContaining("glob:**.part-*");
    }

    @Test
    void takesAnEmptyFolderAndNone() throws IOException {
        assertThatCode(() -> QuantizedBundle.checkFolder(output, source))
                .doesNotThrowAnyException();
        Files.createDirectory(output);
        assertThatCode(() -> QuantizedBundle.checkFolder(output, source))
                .doesNotThrowAnyException();
        publish();
        assertThat(output.resolve("model.onnx")).exists();
    }

    @Test
    void takesAwayWhatAKilledRunLeft() throws IOException {
        bundle(output, "before");
        bundle(folder.resolve(GONE), "half");
        bundle(folder.resolve(GONE + ".old"), "older");
        Path running =
                folder.resolve("out.part-" + ProcessHandle.current().parent().orElseThrow().pid());
        bundle(running, "of a process that runs");
        Path foreign = Files.createDirectory(folder.resolve("out.part-888888888888"));
        Files.writeString(foreign.resolve("notes.txt"), "mine");

        publish();

        assertThat(folder.resolve(GONE)).doesNotExist();
        assertThat(folder.resolve(GONE + ".old")).doesNotExist();
        assertThat(running).exists();
        assertThat(foreign.resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void putsBackABundleThatAKilledRunHadMovedAside() throws IOException {
        bundle(folder.resolve(GONE), "half");
        bundle(folder.resolve(GONE + ".old"), "before");

        draft().close();

        assertThat(output.resolve("model.onnx")).hasContent("before");
        assertThat(folder).isDirectoryNotContaining("glob:**.part-*");
    }

    private void publish() {
        try (QuantizedBundle draft = draft()) {
            draft.publish();
        }
    }

    private QuantizedBundle draft() {
        return QuantizedBundle.draft(
                output, source, Precision.INT8, ModelProto.getDefaultInstance());
    }

    private static void bundle(Path folder, String model) throws IOException {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("model.onnx"), model);
    }
}
