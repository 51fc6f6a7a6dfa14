package io.labelstream.finetune;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An encoder's ONNX graph, with its weights under their PyTorch names. The exporter kept the names
 * of all weights but those of matrix products, which it transposed to {@code [in, out]} and called
 * {@code onnx::MatMul_787}: each is found through the addition of its bias, which has a name.
 * Immutable.
 */
final class EncoderGraph {

    private static final String BIAS = ".bias";

    private final Encoder encoder;
    private final ModelProto model;
    private final Map<String, TensorProto> initializers;
    private final Map<String, String> initializerOfWeight;

    private EncoderGraph(Encoder encoder, ModelProto model) {
        this.encoder = encoder;
        this.model = model;
        this.initializers =
                model.getGraph().getInitializerList().stream()
                        .collect(Collectors.toMap(TensorProto::getName, Function.identity()));
        this.initializerOfWeight = nameWeights(model.getGraph());
    }

    /** Reads an encoder from the class path. */
    static EncoderGraph of(Encoder encoder) {
        try {
            return new EncoderGraph(encoder, ModelProto.parseFrom(encoder.modelBytes()));
        } catch (InvalidProtocolBufferException e) {
            throw new FineTuneException(
                    "Encoder %s: its model is not readable as ONNX: %s"
                            .formatted(encoder.key(), e.getMessage()),
                    e);
        }
    }

    private Map<String, String> nameWeights(GraphProto graph) {
        Map<String, NodeProto> nodeOfOutput = new HashMap<>();
        for (NodeProto node : graph.getNodeList()) {
            node.getOutputList().forEach(output -> nodeOfOutput.put(output, node));
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            if (tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()
                    && !tensor.getName().startsWith("onnx::")) {
                names.put(tensor.getName(), tensor.getName());
            }
        }
        for (NodeProto add : graph.getNodeList()) {
            if (!add.getOpType().equals("Add") || !names.containsKey(add.getInput(0))) {
                continue;
            }
            String bias = add.getInput(0);
            NodeProto product = nodeOfOutput.get(add.getInput(1));
            if (bias.endsWith(BIAS) && product != null && product.getOpType().equals("MatMul")) {
                names.put(
                        bias.substring(0, bias.length() - BIAS.length()) + ".weight",
                        product.getInput(1));
            }
        }
        return names;
    }

    Encoder encoder() {
        return encoder;
    }

    /** The graph as it was read. */
    ModelProto model() {
        return model;
    }

    /** PyTorch names of all weights. */
    Set<String> names() {
        return initializerOfWeight.keySet();
    }

    /** Name, in the graph, of the initializer that holds a weight. */
    String initializer(String name) {
        String initializer = initializerOfWeight.get(name);
        if (initializer == null) {
            throw new FineTuneException(
                    "Encoder %s has no weight '%s'. Was the delta made for another encoder?"
                            .formatted(encoder.key(), name));
        }
        return initializer;
    }

    /** A weight's values; matrices are {@code [in, out]}. */
    Tensor weight(String name) {
        TensorProto proto = initializers.get(initializer(name));
        long[] shape = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
        float[] values = new float[proto.getRawData().size() / Float.BYTES];
        proto.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return new Tensor(shape, values);
    }

    /** Shape of a weight, without copying its values. */
    long[] shape(String name) {
        return initializers.get(initializer(name)).getDimsList().stream()
                .mapToLong(Long::longValue)
                .toArray();
    }

    int vocabulary() {
        return Math.toIntExact(shape("embeddings.word_embeddings.weight")[0]);
    }

    int hidden() {
        return Math.toIntExact(shape("embeddings.word_embeddings.weight")[1]);
    }

    int positions() {
        return Math.toIntExact(shape("embeddings.position_embeddings.weight")[0]);
    }

    int types() {
        return Math.toIntExact(shape("embeddings.token_type_embeddings.weight")[0]);
    }

    int intermediate() {
        return Math.toIntExact(shape("encoder.layer.0.intermediate.dense.weight")[1]);
    }

    int layers() {
        int layers = 0;
        while (initializerOfWeight.containsKey(
                "encoder.layer." + layers + ".output.dense.weight")) {
            layers++;
        }
        return layers;
    }
}
