package io.labelstream.benchmark.peer;

import io.labelstream.benchmark.Contender;
import io.labelstream.benchmark.Workload;
import io.labelstream.inference.InferenceException;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** A Flink job whose map function tokenizes each text and runs it alone on the slot's session. */
public final class OnnxInFlinkMap implements Contender {

    @Override
    public String name() {
        return "onnx-in-flink-map";
    }

    /** A map function sees one text at a time: nothing to choose. */
    @Override
    public List<Map<String, String>> sweep() {
        return List.of(Map.of());
    }

    @Override
    public void run(Workload workload, Map<String, String> settings) throws Exception {
        FlinkJob.run(workload, texts -> texts.map(new LabelFunction(workload)));
    }

    private static final class LabelFunction extends RichMapFunction<SourceText, byte[]> {
        private static final long serialVersionUID = 1L;

        private final String bundlePath;
        private final String modelFile;
        private transient SlotModel model;

        LabelFunction(Workload workload) {
            this.bundlePath = workload.bundlePath();
            this.modelFile = workload.modelFile();
        }

        @Override
        public void open(OpenContext context) {
            model = SlotModel.open(bundlePath, modelFile);
        }

        @Override
        public byte[] map(SourceText text) throws InferenceException {
            return model.label(text);
        }

        @Override
        public void close() {
            if (model != null) {
                model.close();
            }
        }
    }
}
