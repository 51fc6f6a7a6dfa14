package io.labelstream.benchmark.peer;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.util.Map;

/**
 * A bundle's model in DJL's OnnxRuntime engine, with the session settings that all others have.
 * Used by one thread; only one such model and predictor a thread.
 */
final class DjlModel implements AutoCloseable {

    private final OrtSession.SessionOptions options;
    private final Model model;
    private final DjlTranslator translator;
    private final Predictor<String, SlotModel.Answer> predictor;

    private DjlModel(OrtSession.SessionOptions options, Model model, DjlTranslator translator) {
        this.options = options;
        this.model = model;
        this.translator = translator;
        this.predictor = model.newPredictor(translator, Device.cpu());
    }

    static DjlModel open(ModelBundle bundle)
            throws IOException, MalformedModelException, OrtException {
        // First of all: the engine must be the one that makes ONNX Runtime's environment.
        Model model = Model.newInstance(bundle.name(), Device.cpu(), "OnnxRuntime");
        OrtSession.SessionOptions options = PlainSession.options();
        model.load(bundle.folder(), bundle.modelFile(), Map.of("sessionOptions", options));
        return new DjlModel(options, model, DjlTranslator.open(bundle));
    }

    SlotModel.Answer predict(String text) throws TranslateException {
        return predictor.predict(text);
    }

    @Override
    public void close() {
        predictor.close();
        translator.close();
        model.close();
        options.close();
    }
}
