package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {

    @TempDir Path folder;

    @BeforeEach
    void writeBundle() {
        TinyBundle.write(folder);
    }

    @Test
    void readsWhatOptimumExportsWithoutOurOwnFile() {
        ModelBundle bundle = ModelBundle.load(folder);

        assertThat(bundle.name()).isEqualTo(folder.getFileName().toString());
        assertThat(bundle.version()).isEqualTo("unversioned");
        assertThat(bundle.labels()).containsExactly("negative", "positive");
        assertThat(bundle.decision().scoreFunction()).isEqualTo(ScoreFunction.SOFTMAX);
        assertThat(bundle.maxTokens()).isEqualTo(64);
        assertThat(bundle.decision().temperature()).isEqualTo(1);
        assertThat(bundle.digest()).hasSize(64);
    }

    @Test
    void readsOurOwnFile() throws IOException {
        ours(
                """
                {"name": "tiny", "version": "3", "max_length": 12, "temperature": 1.5, "language": "zh"}""");

        ModelBundle bundle = ModelBundle.load(folder);

        assertThat(bundle.name()).isEqualTo("tiny");
        assertThat(bundle.version()).isEqualTo("3");
        assertThat(bundle.language()).isEqualTo("zh");
        assertThat(bundle.maxTokens()).isEqualTo(12);
        assertThat(bundle.decision().temperature()).isEqualTo(1.5);
    }

    @Test
    void digestChangesWithEveryFileThatDecidesTheAnswer() throws IOException {
        String before = ModelBundle.load(folder).digest();
        ours("{\"temperature\": 2}");
        String after = ModelBundle.load(folder).digest();

        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void namesLabelsWhereTheConfigurationHasNone() throws IOException {
        Files.writeString(folder.resolve(ModelBundle.CONFIG_FILE), "{\"num_labels\": 3}");

        assertThat(ModelBundle.load(folder).labels())
                .containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    }

    @Test
    void rejectsMissingFolder() {
        refuses(folder.resolve("absent"), "no such folder");
    }

    @Test
    void rejectsBundleWithoutTokenizer() throws IOException {
        Files.delete(folder.resolve(ModelBundle.TOKENIZER_FILE));

        refuses(folder, "tokenizer.json is missing");
    }

    @Test
    void rejectsFileThatIsNotTheOneThatWasPinned() throws IOException {
        ours(
                """
                {"files": {"model.onnx": "%s"}}"""
                        .formatted("0".repeat(64)));

        refuses(folder, "pins 0000");
    }

    @Test
    void rejectsModelThatChangesBetweenCheckAndLoad() throws IOException {
        ModelBundle bundle = ModelBundle.load(folder);
        Files.writeString(folder.resolve(ModelBundle.MODEL_FILE), "another");

        assertThatThrownBy(bundle::modelBytes)
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("changed while the job was starting");
    }

    @Test
    void rejectsBrokenConfigurations() throws IOException {
        config("not json");
        refuses(folder, "not readable as JSON");
        config("[]");
        refuses(folder, "expected a JSON object");
        config("{\"id2label\": {\"0\": \"a\", \"2\": \"b\"}}");
        refuses(folder, "no label for id 1");
        config("{\"id2label\": {}}");
        refuses(folder, "at least one label");
    }

    @Test
    void rejectsLimitsTheModelCannotKeep() throws IOException {
        ours("{\"max_length\": 65}");
        refuses(folder, "max_length is 65");
        ours("{\"temperature\": 0}");
        refuses(folder, "temperature is 0");
    }

    private void config(String json) throws IOException {
        Files.writeString(folder.resolve(ModelBundle.CONFIG_FILE), json);
    }

    private void ours(String json) throws IOException {
        Files.writeString(folder.resolve(ModelBundle.LABELSTREAM_FILE), json);
    }

    private static void refuses(Path folder, String why) {
        assertThatThrownBy(() -> ModelBundle.load(folder))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(why);
    }
}
