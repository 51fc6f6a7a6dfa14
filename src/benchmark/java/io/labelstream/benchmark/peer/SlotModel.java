package io.labelstream.benchmark.peer;

import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.TextTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The model of one slot: tokenizer, session of one thread, and the way from its answers to the JSON
 * that Labelstream writes. Holds native memory until closed. Used by one thread.
 */
final class SlotModel implements AutoCloseable {

    /** A text as the model read it, and what the model says of it. */
    record Answer(EncodedText encoded, ModelOutput output) {}

    private final ModelBundle bundle;
    private final TextTokenizer tokenizer;
    private final PlainSession session;
    private final EventWriter events;

    private SlotModel(ModelBundle bundle, TextTokenizer tokenizer, PlainSession session) {
        this.bundle = bundle;
        this.tokenizer = tokenizer;
        this.session = session;
        this.events = new EventWriter(bundle);
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
            return new SlotModel(bundle, tokenizer, PlainSession.open(bundle));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    ModelBundle bundle() {
        return bundle;
    }

    /**
     * Runs the model once.
     *
     * @param texts at least one
     * @return one answer a text, in the order given
     */
    List<Answer> answer(List<String> texts) throws InferenceException {
        List<EncodedText> encoded = new ArrayList<>(texts.size());
        for (String text : texts) {
            encoded.add(tokenizer.encode(text, ""));
        }
        List<ModelOutput> outputs = session.run(encoded);
        List<Answer> answers = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            answers.add(new Answer(encoded.get(i), outputs.get(i)));
        }
        return answers;
    }

    /**
     * Labels texts in one run.
     *
     * @param texts at least one
     * @return a labelled event each, as JSON, in the order given
     */
    List<byte[]> label(List<SourceText> texts) throws InferenceException {
        List<Answer> answers = answer(texts.stream().map(SourceText::text).toList());
        List<byte[]> results = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            Answer answer = answers.get(i);
            results.add(events.json(texts.get(i), answer.encoded(), answer.output()));
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
