package io.labelstream.benchmark.peer;

import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import io.labelstream.benchmark.Contender;
import io.labelstream.benchmark.Workload;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** A Flink job whose map function asks a DJL {@link Predictor}, a text a call. */
public final class DjlInFlinkMap implements Contender {

    @Override
    public String name() {
        return "djl-in-flink-map";
    }

    /** A map function sees one text at a time, so there are no batches to predict. */
    @Override
    public List<Map<String, String>> sweep() {
        return List.of(Map.of());
    }

    @Override
    public void run(Workload workload, Map<String, String> settings) throws Exception {
        FlinkJob.run(workload, texts -> texts.map(new PredictFunction(workload)));
    }

    private static final class PredictFunction extends RichMapFunction<SourceText, byte[]> {
        private static final long serialVersionUID = 1L;

        private final String bundlePath;
        private final String modelFile;
        private transient DjlModel model;
        private transient EventWriter events;

        PredictFunction(Workload workload) {
            this.bundlePath = workload.bundlePath();
            this.modelFile = workload.modelFile();
        }

        @Override
        public void open(OpenContext context) throws Exception {
            ModelBundle bundle = ModelBundle.load(Path.of(bundlePath), modelFile);
            model = DjlModel.open(bundle);
            events = new EventWriter(bundle);
        }

        @Override
        public byte[] map(SourceText text) throws TranslateException, InferenceException {
            SlotModel.Answer answer = model.predict(text.text());
            return events.json(text, answer.encoded(), answer.output());
        }

        @Override
        public void close() {
            if (model != null) {
                model.close();
            }
        }
    }
}
