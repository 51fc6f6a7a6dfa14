package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.inference.BundleException;
import io.labelstream.inference.DeviceType;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TinyBundle;
import io.labelstream.serde.InputFormat;
import io.labelstream.serde.InputSettings;
import io.labelstream.serde.OutputFormat;
import io.labelstream.serde.OutputSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierSettingsTest {

    @TempDir Path folder;

    @Test
    void takesTheModelFileThatIsNamed() throws Exception {
        ModelBundle usual = TinyBundle.write(folder);
        Path other = folder.resolve("onnx/model_fp16.onnx");
        Files.createDirectories(other.getParent());
        Files.copy(folder.resolve(ModelBundle.MODEL_FILE), other);

        assertThat(settings("").loadBundle()).isEqualTo(usual);
        assertThat(settings("onnx/model_fp16.onnx").loadBundle().modelFile())
                .isEqualTo("onnx/model_fp16.onnx");
        assertThatThrownBy(() -> settings("absent.onnx").loadBundle())
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("absent.onnx");
    }

    @Test
    void pinnedSettingsTakeOneBundleOnly() throws Exception {
        ModelBundle bundle = TinyBundle.write(folder);
        ClassifierSettings pinned = settings("").pinned();
        assertThat(pinned.modelDigest()).isEqualTo(bundle.digest());
        assertThat(pinned.loadBundle()).isEqualTo(bundle);
        assertThat(pinned.pinned()).isEqualTo(pinned);

        // A space: the same tokenizer, but not the same file.
        Path tokenizer = folder.resolve(ModelBundle.TOKENIZER_FILE);
        Files.writeString(tokenizer, Files.readString(tokenizer) + " ");
        String found = ModelBundle.load(folder).digest();
        assertThatThrownBy(pinned::loadBundle)
                .isInstanceOf(BundleException.class)
                .hasMessageStartingWith(
                        "Model bundle %s has digest %s, expected %s"
                                .formatted(folder, found, bundle.digest()))
                .hasMessageContaining("Put those files back");
        assertThatThrownBy(pinned::pinned).isInstanceOf(BundleException.class);
        assertThat(settings("").pinned().modelDigest())
                .as("a new submission takes what is there")
                .isEqualTo(found);
    }

    @Test
    void bundleThatCannotBeReadWhereTheJobIsSubmittedIsNotPinnedThere() throws Exception {
        ModelBundle bundle = TinyBundle.write(folder.resolve("here"));
        Files.move(folder.resolve("here"), folder.resolve("elsewhere"));

        ClassifierSettings any = Settings.of(bundle);
        assertThat(any.pinned()).isEqualTo(any);
        ClassifierSettings one = Settings.pinned(bundle, bundle.digest());
        assertThat(one.pinned()).isEqualTo(one);
    }

    @Test
    void budgetIsTheDevicesUnlessSet() {
        assertThat(settings("").budget(false)).isEqualTo(new TokenBudget(512, 64, 8));
        assertThat(settings("").budget(true))
                .isEqualTo(new TokenBudget(16_384, 64, Integer.MAX_VALUE));
        assertThat(settings("", 100, 3).budget(true)).isEqualTo(new TokenBudget(100, 64, 3));
    }

    private ClassifierSettings settings(String modelFile) {
        return settings(modelFile, 0, 0);
    }

    private ClassifierSettings settings(String modelFile, int maxTokens, int maxPadding) {
        return new ClassifierSettings(
                folder.toString(),
                modelFile,
                "",
                InputSettings.of(InputFormat.TEXT),
                OutputSettings.of(OutputFormat.JSON),
                0,
                500,
                0,
                false,
                0,
                maxTokens,
                64,
                maxPadding,
                0,
                Duration.ZERO,
                Duration.ofMinutes(1),
                Duration.ofSeconds(10),
                OnTimeout.DEAD_LETTER,
                DeviceType.CPU,
                1);
    }
}
