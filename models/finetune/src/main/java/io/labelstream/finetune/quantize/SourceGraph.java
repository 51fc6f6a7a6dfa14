package io.labelstream.finetune.quantize;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.FloatTensor;
import io.labelstream.finetune.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A 32-bit model as it was read, and where each of its values comes from. Immutable. */
final class SourceGraph {

    private static final int OLDEST_OPSET = 11;
    private static final Set<String> QUANTIZED =
            Set.of(
                    "QuantizeLinear",
                    "DequantizeLinear",
                    "DynamicQuantizeLinear",
                    "MatMulInteger",
                    "QLinearMatMul",
                    "DynamicQuantizeMatMul",
                    "MatMulIntegerToFloat",
                    "MatMulNBits");

    private final ModelProto model;
    private final int opset;
    private final Map<String, NodeProto> producers = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Map<String, TensorProto> constants = new HashMap<>();

    private SourceGraph(String name, ModelProto model) {
        this.model = model;
        this.opset =
                (int)
                        model.getOpsetImportList().stream()
                                .filter(set -> set.getDomain().isEmpty())
                                .mapToLong(OperatorSetIdProto::getVersion)
                                .findFirst()
                                .orElse(0);
        if (opset < OLDEST_OPSET) {
            throw new FineTuneException(
                    "Model %s: it uses ONNX operators of version %d; expected %d or newer. Export it again with a newer opset."
                            .formatted(name, opset, OLDEST_OPSET));
        }
        GraphProto graph = model.getGraph();
        for (TensorProto tensor : graph.getInitializerList()) {
            constants.put(tensor.getName(), tensor);
            check(name, tensor);
        }
        for (NodeProto node : graph.getNodeList()) {
            check(name, node);
            node.getOutputList().forEach(output -> producers.put(output, node));
            node.getInputList().forEach(input -> uses.merge(input, 1, Integer::sum));
            if (node.getOpType().equals("Constant") && node.getAttribute(0).hasT()) {
                constants.put(node.getOutput(0), node.getAttribute(0).getT());
            }
        }
        graph.getOutputList().forEach(output -> uses.merge(output.getName(), 1, Integer::sum));
    }

    /**
     * Reads a model.
     *
     * @param name the model's, for messages
     * @throws FineTuneException if it is not readable, not of 32-bit floats, or not one file
     */
    static SourceGraph read(String name, byte[] model) {
        try {
            return new SourceGraph(name, ModelProto.parseFrom(model));
        } catch (InvalidProtocolBufferException e) {
            throw new FineTuneException(
                    "Model %s: not readable as ONNX: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static void check(String name, TensorProto tensor) {
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw new FineTuneException(
                    "Model %s: its weights lie in a file of their own, which quantize does not read. Export it with the weights inside model.onnx."
                            .formatted(name));
        }
        int type = tensor.getDataType();
        if (type == TensorProto.DataType.FLOAT16_VALUE
                || type == TensorProto.DataType.BFLOAT16_VALUE
                || type == TensorProto.DataType.INT8_VALUE
                || type == TensorProto.DataType.UINT8_VALUE) {
            throw new FineTuneException(
                    "Model %s: it has weights of %s, expected 32-bit floats: it was converted before. Quantize the model that it was made of."
                            .formatted(name, TensorProto.DataType.forNumber(type)));
        }
    }

    private static void check(String name, NodeProto node) {
        if (QUANTIZED.contains(node.getOpType())) {
            throw new FineTuneException(
                    "Model %s: it is quantized already (it has %s). Quantize the model that it was made of."
                            .formatted(name, node.getOpType()));
        }
        if (node.getAttributeList().stream().anyMatch(AttributeProto::hasG)) {
            throw new FineTuneException(
                    "Model %s: operator %s holds a graph of its own, which quantize does not change. Export the model without control flow."
                            .formatted(name, node.getOpType()));
        }
    }

    ModelProto model() {
        return model;
    }

    List<NodeProto> nodes() {
        return model.getGraph().getNodeList();
    }

    /** Version of the standard operators. */
    int opset() {
        return opset;
    }

    /** The node that makes a value; none for inputs and weights. */
    Optional<NodeProto> producer(String value) {
        return Optional.ofNullable(producers.get(value));
    }

    boolean isMadeBy(String value, String operator) {
        return producer(value).filter(node -> node.getOpType().equals(operator)).isPresent();
    }

    /** How many inputs of nodes, and outputs of the graph, are this value. */
    int uses(String value) {
        return uses.getOrDefault(value, 0);
    }

    /** A weight or constant of 32-bit floats. */
    Optional<Tensor> floats(String value) {
        return Optional.ofNullable(constants.get(value))
                .filter(SourceGraph::isFloat)
                .map(FloatTensor::of);
    }

    /** Shape of a weight or constant of 32-bit floats, without copying its values. */
    Optional<List<Long>> shape(String value) {
        return Optional.ofNullable(constants.get(value))
                .filter(SourceGraph::isFloat)
                .map(TensorProto::getDimsList);
    }

    /** Whether a value is a constant single number. */
    boolean isNumber(String value, double expected) {
        return shape(value).filter(shape -> shape.stream().allMatch(size -> size == 1)).isPresent()
                && Math.abs(floats(value).orElseThrow().values()[0] - expected) < 1e-3;
    }

    static boolean isFloat(TensorProto tensor) {
        return tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE;
    }
}
