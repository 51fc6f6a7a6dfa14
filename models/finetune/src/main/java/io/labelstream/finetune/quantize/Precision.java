package io.labelstream.finetune.quantize;

import io.labelstream.finetune.FineTuneException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a model's numbers become. */
enum Precision {
    INT8,
    FP16;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Finds a precision by what users call it.
     *
     * @throws FineTuneException if there is none of this name
     */
    static Precision of(String key) {
        return Arrays.stream(values())
                .filter(precision -> precision.key().equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new FineTuneException(
                                        "Precision '%s' is unknown. Expected one of: %s."
                                                .formatted(
                                                        key,
                                                        Arrays.stream(values())
                                                                .map(Precision::key)
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }
}
