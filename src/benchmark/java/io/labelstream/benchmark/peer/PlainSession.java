package io.labelstream.benchmark.peer;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.labelstream.inference.BundleException;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime as one uses it by its documentation: all optimizations, one thread, no spinning, no
 * memory pattern (shapes differ from run to run), new tensors for each run, only the logits
 * fetched. Holds native memory until closed. Used by one thread.
 */
final class PlainSession implements AutoCloseable {

    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final List<String> INPUTS = List.of(IDS, MASK, "token_type_ids");
    private static final Set<String> LOGITS = Set.of("logits");
    private static final float[] NO_ATTENTION = {};

    private final OrtEnvironment environment;
    private final OrtSession.SessionOptions options;
    private final OrtSession session;
    private final Map<String, OnnxJavaType> inputTypes;
    private final int padId;

    private PlainSession(
            OrtEnvironment environment,
            OrtSession.SessionOptions options,
            OrtSession session,
            Map<String, OnnxJavaType> inputTypes,
            int padId) {
        this.environment = environment;
        this.options = options;
        this.session = session;
        this.inputTypes = inputTypes;
        this.padId = padId;
    }

    /**
     * Loads a bundle's model.
     *
     * @throws BundleException if it cannot be loaded
     */
    static PlainSession open(ModelBundle bundle) {
        OrtSession.SessionOptions options = null;
        OrtSession session = null;
        boolean done = false;
        try {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            options = options();
            session =
                    environment.createSession(
                            bundle.folder().resolve(bundle.modelFile()).toString(), options);
            Map<String, OnnxJavaType> types = new HashMap<>();
            for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
                if (!INPUTS.contains(input.getKey())) {
                    throw new BundleException(
                            "Bundle %s has an input '%s'; expected %s."
                                    .formatted(bundle.name(), input.getKey(), INPUTS));
                }
                types.put(input.getKey(), ((TensorInfo) input.getValue().getInfo()).type);
            }
            done = true;
            return new PlainSession(environment, options, session, types, bundle.padId());
        } catch (OrtException e) {
            throw new BundleException(
                    "Bundle %s cannot be loaded: %s".formatted(bundle.name(), e.getMessage()), e);
        } finally {
            if (!done) {
                close(session, options);
            }
        }
    }

    /** What all that is measured beside Labelstream sets. */
    static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        options.setMemoryPatternOptimization(false);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.inter_op.allow_spinning", "0");
        return options;
    }

    /**
     * Runs the model once, on texts padded to the longest.
     *
     * @param texts at least one
     * @return one output a text, in the order given
     * @throws InferenceException if the run fails
     */
    List<ModelOutput> run(List<EncodedText> texts) throws InferenceException {
        int tokens = texts.stream().mapToInt(EncodedText::tokens).max().orElseThrow();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            for (String name : inputTypes.keySet()) {
                inputs.put(name, input(name, texts, tokens));
            }
            try (OrtSession.Result result = session.run(inputs, LOGITS)) {
                OnnxValue logits = result.get(0);
                List<ModelOutput> outputs = new ArrayList<>(texts.size());
                for (float[] row : (float[][]) logits.getValue()) {
                    outputs.add(new ModelOutput(row, NO_ATTENTION));
                }
                return outputs;
            }
        } catch (OrtException e) {
            throw new InferenceException("ONNX Runtime failed: " + e.getCode(), e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor input(String name, List<EncodedText> texts, int tokens) throws OrtException {
        long[] values = new long[texts.size() * tokens];
        for (int row = 0; row < texts.size(); row++) {
            EncodedText text = texts.get(row);
            int from = row * tokens;
            int end = from + text.tokens();
            switch (name) {
                case IDS -> {
                    for (int i = 0; i < text.tokens(); i++) {
                        values[from + i] = text.ids()[i];
                    }
                    Arrays.fill(values, end, from + tokens, padId);
                }
                case MASK -> Arrays.fill(values, from, end, 1);
                default -> Arrays.fill(values, from + text.pairStart(), end, 1);
            }
        }
        long[] shape = {texts.size(), tokens};
        if (inputTypes.get(name) == OnnxJavaType.INT32) {
            int[] narrow = Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
            return OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), shape);
        }
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    /** Never while a run is under way. */
    @Override
    public void close() {
        close(session, options);
    }

    private static void close(OrtSession session, OrtSession.SessionOptions options) {
        try {
            if (session != null) {
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("The session cannot be closed", e);
        } finally {
            if (options != null) {
                options.close();
            }
        }
    }
}
