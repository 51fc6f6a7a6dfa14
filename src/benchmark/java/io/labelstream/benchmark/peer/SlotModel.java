package io.labelstream.benchmark.peer;

import io.labelstream.inference.ClassifierSession;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextTokenizer;
import io.labelstream.operators.EventFactory;
import io.labelstream.serde.EventEncoder;
import io.labelstream.serde.OutputFormat;
import io.labelstream.serde.TextEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The model of one slot: tokenizer, session of one thread, and the way from its answers to the JSON
 * that Labelstream writes. Holds native memory until closed. Used by one thread.
 */
final class SlotModel implements AutoCloseable {

    private final TextTokenizer tokenizer;
    private final ClassifierSession session;
    private final EventFactory events;
    private final EventEncoder encoder = OutputFormat.JSON.encoder();

    private SlotModel(ModelBundle bundle, TextTokenizer tokenizer, ClassifierSession session) {
        this.tokenizer = tokenizer;
        this.session = session;
        this.events = new EventFactory(bundle, 0);
    }

    /**
     * Opens a bundle.
     *
     * @param modelFile the ONNX file in it; empty for the usual one
     */
    static SlotModel open(String bundlePath, String modelFile) {
        ModelBundle bundle = ModelBundle.load(Path.of(bundlePath), modelFile);
        TextTokenizer tokenizer = TextTokenizer.open(bundle);
        try {
            return new SlotModel(
                    bundle, tokenizer, ClassifierSession.open(bundle, SessionSettings.cpu()));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Labels texts in one run, in the order given.
     *
     * @param texts at least one
     * @return a labelled event each, as JSON
     */
    List<byte[]> label(List<SourceText> texts) throws InferenceException {
        List<EncodedText> encoded = new ArrayList<>(texts.size());
        for (SourceText text : texts) {
            encoded.add(tokenizer.encode(text.text(), ""));
        }
        List<ModelOutput> outputs = session.run(encoded, false);
        List<byte[]> results = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            SourceText text = texts.get(i);
            results.add(
                    encoder.encode(
                            events.event(
                                    TextEvent.of(text.text()),
                                    text.position(),
                                    text.timestamp(),
                                    encoded.get(i),
                                    outputs.get(i))));
        }
        return results;
    }

    /** Labels one text in a run of its own. */
    byte[] label(SourceText text) throws InferenceException {
        return label(List.of(text)).get(0);
    }

    /** Never while a run is under way. */
    @Override
    public void close() {
        session.close();
        tokenizer.close();
    }
}
