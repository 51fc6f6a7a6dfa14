package io.labelstream.inference;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes ONNX graphs operator by operator, for fixtures. Every operator's only output is named by
 * what the method returns.
 */
final class TinyGraph {

    static final TensorProto.DataType INT64 = TensorProto.DataType.INT64;
    static final TensorProto.DataType INT32 = TensorProto.DataType.INT32;
    static final TensorProto.DataType FLOAT = TensorProto.DataType.FLOAT;
    static final TensorProto.DataType FLOAT16 = TensorProto.DataType.FLOAT16;
    static final TensorProto.DataType BFLOAT16 = TensorProto.DataType.BFLOAT16;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
    private int names;

    /** Declares an input; dimensions are names, or numbers where they are fixed. */
    String input(String name, TensorProto.DataType type, String... shape) {
        graph.addInput(value(name, type, shape));
        return name;
    }

    /** Gives a value its final name, and declares it an output. */
    void output(String name, String from, TensorProto.DataType type, String... shape) {
        graph.addNode(NodeProto.newBuilder().setOpType("Identity").addInput(from).addOutput(name));
        graph.addOutput(value(name, type, shape));
    }

    String op(String type, String... inputs) {
        return node(type, List.of(), inputs);
    }

    /** An operator with one attribute of a whole number. */
    String op(String type, String attribute, long value, String... inputs) {
        return node(
                type,
                List.of(
                        AttributeProto.newBuilder()
                                .setName(attribute)
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(value)
                                .build()),
                inputs);
    }

    String cast(TensorProto.DataType type, String input) {
        return op("Cast", "to", type.getNumber(), input);
    }

    String transpose(String input, long... order) {
        return node("Transpose", List.of(wholes("perm", order)), input);
    }

    /** The mean over an axis, which stays, with length 1. */
    String reduceMean(String input, long axis) {
        return node("ReduceMean", List.of(wholes("axes", axis)), input);
    }

    /** Quantizes a value by the range of its whole tensor; the result is not used. */
    void dynamicQuantize(String input) {
        graph.addNode(
                NodeProto.newBuilder()
                        .setOpType("DynamicQuantizeLinear")
                        .addInput(input)
                        .addOutput("quantized")
                        .addOutput("quantized.scale")
                        .addOutput("quantized.zero"));
    }

    String floats(String name, float[] values, long... shape) {
        graph.addInitializer(tensor(name, values, shape));
        return name;
    }

    String number(float value) {
        return floats("number" + names++, new float[] {value});
    }

    /** A number of that type; any but FLOAT is cast to when the graph runs. */
    String number(TensorProto.DataType type, float value) {
        return type == FLOAT ? number(value) : cast(type, number(value));
    }

    /** A vector of zeros. */
    String vector(TensorProto.DataType type, int width) {
        String name = "vector" + names++;
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(type.getNumber())
                        .addDims(width)
                        .setRawData(
                                ByteString.copyFrom(new byte[width * (type == FLOAT ? 4 : 2)])));
        return name;
    }

    String longs(long... values) {
        String name = "longs" + names++;
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.INT64_VALUE)
                        .addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        graph.addInitializer(tensor);
        return name;
    }

    String whole(long value) {
        String name = "whole" + names++;
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.INT64_VALUE)
                        .addInt64Data(value));
        return name;
    }

    /** Weights that lie in another file, from its start on; the file is not written. */
    String external(String name, String location, long... shape) {
        graph.addInitializer(externalTensor(name, location, shape));
        return name;
    }

    /** The same, in a constant of its own, not among the initializers; its value is not used. */
    void externalConstant(String location) {
        graph.addNode(
                NodeProto.newBuilder()
                        .setOpType("Constant")
                        .addOutput("constant")
                        .addAttribute(
                                AttributeProto.newBuilder()
                                        .setName("value")
                                        .setType(AttributeProto.AttributeType.TENSOR)
                                        .setT(externalTensor("constant", location, 2))));
    }

    byte[] bytes() {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("labelstream")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    void write(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] littleEndian(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private String node(String type, List<AttributeProto> attributes, String... inputs) {
        String name = type + names++;
        graph.addNode(
                NodeProto.newBuilder()
                        .setOpType(type)
                        .setName(name)
                        .addOutput(name)
                        .addAllInput(List.of(inputs))
                        .addAllAttribute(attributes));
        return name;
    }

    private static AttributeProto wholes(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder()
                        .setName(name)
                        .setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private static TensorProto tensor(String name, float[] values, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .setRawData(ByteString.copyFrom(littleEndian(values)));
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        return tensor.build();
    }

    private static TensorProto externalTensor(String name, String location, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(
                                StringStringEntryProto.newBuilder()
                                        .setKey("location")
                                        .setValue(location));
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        return tensor.build();
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, String... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (String dimension : shape) {
            TensorShapeProto.Dimension.Builder builder = TensorShapeProto.Dimension.newBuilder();
            dimensions.addDim(
                    Character.isDigit(dimension.charAt(0))
                            ? builder.setDimValue(Long.parseLong(dimension))
                            : builder.setDimParam(dimension));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(type.getNumber())
                                                .setShape(dimensions)))
                .build();
    }
}
