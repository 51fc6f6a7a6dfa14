package io.labelstream.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a model reads and gives, checked before it is run, and buffers that fit. */
final class ModelSignature {

    static final String IDS = "input_ids";
    static final String MASK = "attention_mask";
    static final String TYPES = "token_type_ids";
    static final String LOGITS = "logits";
    static final String ATTENTION = "attention";

    private static final List<String> INPUTS = List.of(IDS, MASK, TYPES);
    private static final Set<OnnxJavaType> ID_TYPES =
            Set.of(OnnxJavaType.INT64, OnnxJavaType.INT32);

    private final ModelBundle bundle;
    private final Map<String, TokenBuffer> inputs = new LinkedHashMap<>();
    private final ScoreBuffer logits;
    private final Optional<ScoreBuffer> attention;

    /**
     * Looks at a model.
     *
     * @throws BundleException if it is no text classifier
     */
    ModelSignature(ModelBundle bundle, OrtSession session) throws OrtException {
        this.bundle = bundle;
        checkInputs(session.getInputInfo());
        Map<String, NodeInfo> outputs = session.getOutputInfo();
        this.logits = checkedLogits(outputs);
        this.attention = attention(outputs.get(ATTENTION));
    }

    /** A buffer for each input that the model lists: ids, mask and, for some, types. */
    Map<String, TokenBuffer> inputs() {
        return inputs;
    }

    ScoreBuffer logits() {
        return logits;
    }

    /** Empty where the model does not say which tokens carried its decision. */
    Optional<ScoreBuffer> attention() {
        return attention;
    }

    private void checkInputs(Map<String, NodeInfo> found) {
        if (!found.containsKey(IDS)
                || !found.containsKey(MASK)
                || !INPUTS.containsAll(found.keySet())) {
            throw new BundleException(
                    "Bundle %s: %s has inputs [%s]; expected '%s', '%s' and at most '%s' beside them. Export the model for text classification."
                            .formatted(
                                    bundle.name(),
                                    bundle.modelFile(),
                                    JsonFile.shown(found.keySet()),
                                    IDS,
                                    MASK,
                                    TYPES));
        }
        for (String name : INPUTS) {
            if (found.containsKey(name)) {
                TensorInfo tensor = tensor("input", name, found.get(name), ID_TYPES);
                long[] shape = tensor.getShape();
                if (shape.length != 2 || shape[0] >= 0 || shape[1] >= 0) {
                    throw new BundleException(
                            "Bundle %s: input '%s' of %s has the fixed shape %s; expected [batch, tokens], any number of both. Export with dynamic axes, that is, without --no-dynamic-axes."
                                    .formatted(
                                            bundle.name(),
                                            name,
                                            bundle.modelFile(),
                                            Arrays.toString(shape)));
                }
                inputs.put(name, new TokenBuffer(tensor.type == OnnxJavaType.INT64));
            }
        }
    }

    private ScoreBuffer checkedLogits(Map<String, NodeInfo> found) {
        if (!found.containsKey(LOGITS)) {
            throw new BundleException(
                    "Bundle %s: %s has outputs [%s]; expected '%s'. Export the model with its classification head."
                            .formatted(
                                    bundle.name(),
                                    bundle.modelFile(),
                                    JsonFile.shown(found.keySet()),
                                    LOGITS));
        }
        TensorInfo tensor = tensor("output", LOGITS, found.get(LOGITS), ScoreBuffer.TYPES);
        long[] shape = tensor.getShape();
        if (shape.length != 2) {
            throw new BundleException(
                    "Bundle %s: output '%s' of %s has shape %s; expected [batch, labels]. Only text classification is supported: no labels for each token, no answers to questions."
                            .formatted(
                                    bundle.name(),
                                    LOGITS,
                                    bundle.modelFile(),
                                    Arrays.toString(shape)));
        }
        if (shape[1] >= 0 && shape[1] != bundle.labels().size()) {
            throw new BundleException(
                    "Bundle %s: output '%s' has shape %s, but %s names %d labels. Expected [batch, %d]."
                            .formatted(
                                    bundle.name(),
                                    LOGITS,
                                    Arrays.toString(shape),
                                    ModelBundle.CONFIG_FILE,
                                    bundle.labels().size(),
                                    bundle.labels().size()));
        }
        return new ScoreBuffer(tensor.type);
    }

    /**
     * Another model may call something else by this name; that is no error, and not read. Where it
     * has two dimensions, too, the first run tells.
     */
    private static Optional<ScoreBuffer> attention(NodeInfo found) {
        return found != null
                        && found.getInfo() instanceof TensorInfo tensor
                        && ScoreBuffer.TYPES.contains(tensor.type)
                        && tensor.getShape().length == 2
                ? Optional.of(new ScoreBuffer(tensor.type))
                : Optional.empty();
    }

    private TensorInfo tensor(String side, String name, NodeInfo node, Set<OnnxJavaType> expected) {
        if (!(node.getInfo() instanceof TensorInfo tensor) || !expected.contains(tensor.type)) {
            throw new BundleException(
                    "Bundle %s: %s '%s' of %s is %s; expected a tensor of one of %s."
                            .formatted(
                                    bundle.name(),
                                    side,
                                    name,
                                    bundle.modelFile(),
                                    JsonFile.shown(String.valueOf(node.getInfo())),
                                    expected));
        }
        return tensor;
    }
}
