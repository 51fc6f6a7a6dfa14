package io.labelstream.operators;

import io.labelstream.inference.DeviceType;
import io.labelstream.inference.ModelBundle;
import io.labelstream.serde.DuplicateKeys;
import io.labelstream.serde.EmptyTexts;
import io.labelstream.serde.InputFormat;
import io.labelstream.serde.InputSettings;
import io.labelstream.serde.LongTexts;
import io.labelstream.serde.OutputFormat;
import io.labelstream.serde.OutputSettings;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.Tombstones;
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
        return of(bundle, input(input), topK, 0);
    }

    static ClassifierSettings of(
            ModelBundle bundle, InputSettings input, int topK, int attentionWords) {
        return of(
                bundle,
                "",
                input,
                topK,
                attentionWords,
                Duration.ofSeconds(10),
                OnTimeout.DEAD_LETTER);
    }

    static ClassifierSettings of(ModelBundle bundle, Duration runTimeout, OnTimeout onTimeout) {
        return of(bundle, "", input(InputFormat.TEXT), 2, 0, runTimeout, onTimeout);
    }

    static ClassifierSettings pinned(ModelBundle bundle, String digest) {
        return of(
                bundle,
                digest,
                input(InputFormat.TEXT),
                2,
                0,
                Duration.ofSeconds(10),
                OnTimeout.DEAD_LETTER);
    }

    private static ClassifierSettings of(
            ModelBundle bundle,
            String digest,
            InputSettings input,
            int topK,
            int attentionWords,
            Duration runTimeout,
            OnTimeout onTimeout) {
        return new ClassifierSettings(
                bundle.folder().toString(),
                "",
                digest,
                input,
                OutputSettings.of(OutputFormat.JSON),
                0,
                500,
                topK,
                true,
                attentionWords,
                64,
                8,
                0,
                0,
                Duration.ZERO,
                Duration.ofMinutes(1),
                runTimeout,
                onTimeout,
                DeviceType.CPU,
                1);
    }

    private static InputSettings input(InputFormat format) {
        return input(format, Tombstones.DEAD_LETTER, EmptyTexts.CLASSIFY, LongTexts.TRUNCATE);
    }

    static InputSettings input(
            InputFormat format, Tombstones tombstones, EmptyTexts empty, LongTexts longTexts) {
        return new InputSettings(
                format,
                MAX_BYTES,
                null,
                null,
                DuplicateKeys.LAST,
                "",
                null,
                tombstones,
                empty,
                longTexts);
    }

    static RawMessage message(long offset, String text) {
        return message(offset, text.getBytes(StandardCharsets.UTF_8));
    }

    static RawMessage message(long offset, byte[] value) {
        return new RawMessage("in", 0, offset, 1000 + offset, null, value, List.of());
    }
}
