package io.labelstream.finetune;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An encoder's ONNX graph, with its weights under their PyTorch names. The exporter kept the names
 * of all weights but those of matrix products, which it transposed to {@code [in, out]} and called
 * {@code onnx::MatMul_787}: each is found through the addition of its bias, which has a name. What
 * stands on the encoder, such as the head of a classifier, is left out. Immutable.
 */
final class EncoderGraph {

    private static final String BIAS = ".bias";

    /** What classifiers' exports put before an encoder's names. */
    private static final String PREFIX = "bert.";

    private final Encoder encoder;
    private final ModelProto model;
    private final Map<String, TensorProto> initializers;
    private final Map<String, String> initializerOfWeight;

    private EncoderGraph(Encoder encoder, ModelProto model) {
        this.encoder = encoder;
        this.model = withoutHead(model);
        this.initializers =
                this.model.getGraph().getInitializerList().stream()
                        .collect(Collectors.toMap(TensorProto::getName, Function.identity()));
        this.initializerOfWeight = nameWeights(this.model.getGraph());
        checkComplete();
    }

    /** The graph up to the last hidden state, which is its only output. */
    private static ModelProto withoutHead(ModelProto model) {
        GraphProto graph = model.getGraph();
        String hidden = HiddenState.of(graph);
        Set<String> needed = new HashSet<>(Set.of(hidden));
        List<NodeProto> kept = new ArrayList<>();
        for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
            NodeProto node = graph.getNode(i);
            if (node.getOutputList().stream().anyMatch(needed::contains)) {
                kept.add(node);
                needed.addAll(node.getInputList());
            }
        }
        Collections.reverse(kept);
        ModelProto.Builder encoder = model.toBuilder();
        encoder.getGraphBuilder()
                .clearNode()
                .addAllNode(kept)
                .clearValueInfo()
                .clearInitializer()
                .addAllInitializer(
                        graph.getInitializerList().stream()
                                .filter(tensor -> needed.contains(tensor.getName()))
                                .toList())
                .clearOutput()
                .addOutput(ValueInfoProto.newBuilder().setName(hidden));
        return encoder.build();
    }

    private void checkComplete() {
        for (String weight :
                List.of(
                        "embeddings.word_embeddings.weight",
                        "embeddings.position_embeddings.weight",
                        "embeddings.token_type_embeddings.weight",
                        "encoder.layer.0.intermediate.dense.weight")) {
            initializer(weight);
        }
    }

    /**
     * Reads an encoder.
     *
     * @throws FineTuneException if it is not readable as ONNX, or no BERT
     */
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
                names.put(plain(tensor.getName()), tensor.getName());
            }
        }
        for (NodeProto add : graph.getNodeList()) {
            if (!add.getOpType().equals("Add") || !names.containsKey(plain(add.getInput(0)))) {
                continue;
            }
            String bias = plain(add.getInput(0));
            NodeProto product = nodeOfOutput.get(add.getInput(1));
            if (bias.endsWith(BIAS) && product != null && product.getOpType().equals("MatMul")) {
                names.put(
                        bias.substring(0, bias.length() - BIAS.length()) + ".weight",
                        product.getInput(1));
            }
        }
        return names;
    }

    private static String plain(String name) {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    Encoder encoder() {
        return encoder;
    }

    /** Name, in the graph, of the last hidden state, shape {@code [batch, tokens, hidden]}. */
    String hiddenState() {
        return model.getGraph().getOutput(0).getName();
    }

    /** The encoder alone. */
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
                    "Encoder %s has no weight '%s'. Expected a BERT as PyTorch exports it; a delta belongs to the encoder that it was made for."
                            .formatted(encoder.key(), name));
        }
        return initializer;
    }

    /** A weight's values; matrices are {@code [in, out]}. */
    Tensor weight(String name) {
        TensorProto proto = initializers.get(initializer(name));
        if (proto.getRawData().size() != Tensor.cells(shape(name)) * Float.BYTES) {
            throw new FineTuneException(
                    "Encoder %s: weight '%s' is not stored as raw 32-bit floats in the model's file. Expected an fp32 export in one file."
                            .formatted(encoder.key(), name));
        }
        return FloatTensor.of(proto);
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
