package io.labelstream.finetune;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Adds nodes and constants to an ONNX graph, each named by the value it makes. */
public final class GraphBuilder {

    private final GraphProto.Builder graph;

    public GraphBuilder(GraphProto.Builder graph) {
        this.graph = graph;
    }

    /** Adds an operator; returns its output, which is its name. */
    public String node(
            String name, String operator, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(
                NodeProto.newBuilder()
                        .setName(name)
                        .setOpType(operator)
                        .addAllInput(inputs)
                        .addOutput(name)
                        .addAllAttribute(Arrays.asList(attributes)));
        return name;
    }

    public String node(String name, String operator, String... inputs) {
        return node(name, operator, List.of(inputs));
    }

    /** Adds a constant of 32-bit floats; returns its name. */
    public String constant(String name, Tensor tensor) {
        graph.addInitializer(floats(name, tensor));
        return name;
    }

    /** Adds a constant of 64-bit integers; returns its name. */
    public String constant(String name, long... values) {
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.INT64.getNumber())
                        .addDims(values.length)
                        .addAllInt64Data(Arrays.stream(values).boxed().toList()));
        return name;
    }

    /** Makes a value an output of the graph. */
    public void output(String name, String... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (String dimension : dimensions) {
            shape.addDim(
                    dimension.chars().allMatch(Character::isDigit)
                            ? TensorShapeProto.Dimension.newBuilder()
                                    .setDimValue(Long.parseLong(dimension))
                            : TensorShapeProto.Dimension.newBuilder().setDimParam(dimension));
        }
        graph.addOutput(
                ValueInfoProto.newBuilder()
                        .setName(name)
                        .setType(
                                TypeProto.newBuilder()
                                        .setTensorType(
                                                TypeProto.Tensor.newBuilder()
                                                        .setElemType(
                                                                TensorProto.DataType.FLOAT
                                                                        .getNumber())
                                                        .setShape(shape))));
    }

    public static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    public static AttributeProto attribute(String name, List<Long> values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(values)
                .build();
    }

    /** An initializer that holds a tensor. */
    public static TensorProto floats(String name, Tensor tensor) {
        ByteBuffer bytes =
                ByteBuffer.allocate(tensor.values().length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.values());
        TensorProto.Builder proto =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.FLOAT.getNumber())
                        .setRawData(ByteString.copyFrom(bytes));
        Arrays.stream(tensor.shape()).forEach(proto::addDims);
        return proto.build();
    }
}
