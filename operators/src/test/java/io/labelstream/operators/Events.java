package io.labelstream.operators;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.serde.LabelledEvent;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads results in the format {@code json} back into events. */
final class Events {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Events() {}

    static LabelledEvent of(Outcome outcome) {
        try {
            LabelledEvent read = JSON.readValue(outcome.result().value(), LabelledEvent.class);
            return new LabelledEvent(
                    orEmpty(read.id()),
                    read.source(),
                    read.timestamp(),
                    read.text(),
                    orEmpty(read.textPair()),
                    read.label(),
                    read.score(),
                    read.labels(),
                    read.outOfScope(),
                    read.attention(),
                    read.truncated(),
                    read.model());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
