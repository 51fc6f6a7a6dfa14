package io.labelstream.operators;

import io.labelstream.inference.DeviceType;
import io.labelstream.inference.ModelBundle;
import io.labelstream.serde.InputFormat;
import io.labelstream.serde.RawMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Settings and messages for tests. */
final class Settings {

    static final int MAX_BYTES = 1000;

    private Settings() {}

    static ClassifierSettings of(ModelBundle bundle) {
        return of(bundle, InputFormat.TEXT, 2);
    }

    static ClassifierSettings of(ModelBundle bundle, InputFormat input, int topK) {
        return new ClassifierSettings(
                bundle.folder().toString(),
                "",
                input,
                MAX_BYTES,
                0,
                500,
                topK,
                true,
                64,
                8,
                0,
                0,
                Duration.ZERO,
                Duration.ofMinutes(1),
                DeviceType.CPU,
                1);
    }

    static RawMessage message(long offset, String text) {
        return message(offset, text.getBytes(StandardCharsets.UTF_8));
    }

    static RawMessage message(long offset, byte[] value) {
        return new RawMessage("in", 0, offset, 1000 + offset, null, value, List.of());
    }
}
