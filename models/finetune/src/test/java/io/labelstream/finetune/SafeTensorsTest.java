package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {

    @TempDir private Path folder;

    @Test
    void writesTheFormatThatOthersRead() throws Exception {
        Path file = folder.resolve("t.safetensors");
        SafeTensors.write(file, Map.of("w", Tensor.of(new float[] {1, 2}, 2)));

        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) bytes.getLong()];
        bytes.get(header);
        assertThat(header.length % 8).isZero();
        assertThat(new String(header, StandardCharsets.UTF_8).strip())
                .isEqualTo(
                        "{\"__metadata__\":{\"format\":\"labelstream-delta\"},\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}");
        assertThat(bytes.getFloat()).isEqualTo(1);
        assertThat(bytes.getFloat()).isEqualTo(2);
        assertThat(bytes.hasRemaining()).isFalse();
    }

    @Test
    void refusesWhatEndsTooEarly() throws Exception {
        assertRefused("abc".getBytes(StandardCharsets.US_ASCII), "ends within the first eight");
        assertRefused(file("{\"w\":{}}", 1000), "header cannot have 1000 bytes");
        assertRefused(
                file("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", -1),
                "tensor w does not lie within it");
    }

    @Test
    void refusesOtherTypes() throws Exception {
        assertRefused(
                file("{\"w\":{\"dtype\":\"F16\",\"shape\":[0],\"data_offsets\":[0,0]}}", -1),
                "tensor w is of type F16, expected F32");
    }

    @Test
    void refusesAHeaderThatIsNotJson() throws Exception {
        assertRefused(file("}{", -1), "its header is not JSON");
    }

    private void assertRefused(byte[] bytes, String message) throws Exception {
        Path file = Files.write(folder.resolve("damaged.safetensors"), bytes);
        assertThatThrownBy(() -> SafeTensors.read(file))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("damaged.safetensors is not a safetensors file")
                .hasMessageContaining(message);
    }

    private static byte[] file(String header, long length) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length < 0 ? json.length : length)
                .put(json)
                .array();
    }
}
