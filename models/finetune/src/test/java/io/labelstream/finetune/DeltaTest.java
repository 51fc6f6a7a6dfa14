package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaTest {

    @TempDir private Path folder;

    @Test
    void comesBackFromDiskAsItWas() throws Exception {
        Delta written = delta();
        written.write(folder, "abc");
        Delta read = Delta.read(folder);

        assertThat(read.settings())
                .isEqualTo(written.settings().withFiles(read.settings().files()));
        assertThat(read.settings().files()).containsEntry("model.onnx", "abc");
        assertThat(read.tensors().keySet()).containsExactlyElementsOf(written.tensors().keySet());
        written.tensors()
                .forEach(
                        (name, tensor) -> {
                            assertThat(read.tensors().get(name).shape())
                                    .containsExactly(tensor.shape());
                            assertThat(read.tensors().get(name).values())
                                    .containsExactly(tensor.values());
                        });
    }

    @Test
    void givesTheSameFilesEveryTime(@TempDir Path other) throws Exception {
        delta().write(folder, "abc");
        delta().write(other, "abc");

        for (String file : new String[] {Delta.SETTINGS_FILE, Delta.TENSORS_FILE}) {
            assertThat(other.resolve(file)).hasSameBinaryContentAs(folder.resolve(file));
        }
    }

    @Test
    void refusesTensorsThatWereChanged() throws Exception {
        delta().write(folder, "abc");
        Path tensors = folder.resolve(Delta.TENSORS_FILE);
        byte[] bytes = Files.readAllBytes(tensors);
        bytes[bytes.length - 1]++;
        Files.write(tensors, bytes);

        assertThatThrownBy(() -> Delta.read(folder))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("delta.safetensors has sha256")
                .hasMessageContaining("changed or damaged");
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> Delta.read(folder))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("delta.json is missing");
    }

    @Test
    void saysWhatIsWrongWithSettings() throws Exception {
        delta().write(folder, "abc");
        Files.writeString(folder.resolve(Delta.SETTINGS_FILE), "{\"nmae\": \"x\"}");

        assertThatThrownBy(() -> Delta.read(folder))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("delta.json is not as expected")
                .hasMessageContaining("nmae");
    }

    private static Delta delta() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("b", Tensor.of(new float[] {1.5f, -0f, Float.MIN_VALUE, 3, 4, 5}, 2, 3));
        tensors.put("a", Tensor.of(new float[] {7}, 1));
        return new Delta(Deltas.settings(), tensors);
    }
}
