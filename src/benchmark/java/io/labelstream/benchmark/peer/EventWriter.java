package io.labelstream.benchmark.peer;

import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.operators.EventFactory;
import io.labelstream.serde.EventEncoder;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.json.JsonEventEncoder;

/** Writes a model's answer as Labelstream does, in JSON. Used by one thread. */
final class EventWriter {

    private final EventFactory events;
    private final EventEncoder encoder = new JsonEventEncoder();

    EventWriter(ModelBundle bundle) {
        this.events = new EventFactory(bundle, 0, 0);
    }

    byte[] json(SourceText text, EncodedText encoded, ModelOutput output)
            throws InferenceException {
        return encoder.encode(
                events.event(
                        TextEvent.of(text.text()),
                        text.position(),
                        text.timestamp(),
                        encoded,
                        output));
    }
}
