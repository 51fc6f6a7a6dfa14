package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.inference.BundleException;
import io.labelstream.inference.DeviceType;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TinyBundle;
import io.labelstream.serde.InputFormat;
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

    private ClassifierSettings settings(String modelFile) {
        return new ClassifierSettings(
                folder.toString(),
                modelFile,
                InputFormat.TEXT,
                1000,
                0,
                500,
                0,
                false,
                0,
                64,
                0,
                0,
                Duration.ZERO,
                Duration.ofMinutes(1),
                DeviceType.CPU,
                1);
    }
}
